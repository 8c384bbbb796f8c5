/**
 * Runs the Lua scripts that people write for your web page: in a worker of its own, with state
 * that lasts.
 *
 * `createRunner` is the way in. The module-level functions (`loadRunner`, `runLua`, …) are those
 * of the original package; they share one default runner.
 *
 * @module pubwiki-lua
 */

export { createRunner } from './api/runner.js'
export type { Runner, RunnerOptions } from './api/runner.js'
export { preload, type PreloadOptions } from './api/preload.js'
export type { Run, RunOptions, RunResult } from './api/run.js'
export type { RunSettings, RunStats } from './session/execute.js'
export type { Source } from './session/lua-source.js'
export type { InputSource } from './session/script-input.js'
export type { TrustedScriptUrl, WorkerUrl } from './spawn/worker-url.js'
export type { RunLimits } from './session/run-limits.js'
export type { RunnerModules } from './api/runner-modules.js'
export type { ModulePolicy, ModuleRequest, ModuleVerdict } from './host-calls/module-policy.js'
export type { ResolveModule } from './host-calls/module-resolver.js'
export type { EntriesPage, EntriesQuery, RunnerState, SetOptions } from './api/runner-state.js'
export type { NamespaceRules, ScriptNamespaceConfig } from './namespaces/namespace-config.js'
export type { Bytes, ImportSource, TransferOptions } from './transfer/json-lines.js'
export type { StateStore, StoreListener, StoreObserver } from './api/state-store.js'
export type { WatchCallback } from './session/watches.js'
export type { Notice } from './errors/notices.js'
export { MultiReturn, type HostFunction } from './host-calls/host-functions.js'
export type { HostFunctionTypes, LuaTypeOfValue } from './host-calls/lua-types.js'
export type { Artifact, Durability, EntryOrder } from './generated/protocol.js'

export type { Change, RecordPage, StorageBackend, Swapped, Transacted, Write } from './backends/storage-backend.js'
export type { StateRecord } from './values/state-record.js'
export { MemoryBackend } from './backends/memory.js'
export { IndexedDBBackend } from './backends/indexeddb.js'
export type { IndexedDBOptions } from './backends/indexeddb.js'
export { LocalStorageBackend } from './backends/local-storage.js'
export { OpfsBackend } from './backends/opfs.js'
export type { OpfsOptions } from './backends/opfs.js'
export { FsBackend } from './backends/fs.js'
export type { FsOptions } from './backends/fs.js'

export { isRunnerLoaded, loadRunner, resetRunnerState, setStorageBackend } from './compat/default-runner.js'
export { DEFAULT_GLUE_PATH, getDefaultGluePath, getGluePath, setGluePath } from './compat/glue-path.js'
export {
  clearModuleCache,
  clearRemoteModuleCache,
  getModuleCacheSize,
  listFileModules,
  registerFileModule,
  removeFileModule,
  uploadFileModule,
} from './compat/modules.js'
export { runLua } from './compat/run-lua.js'
export {
  cleanupExpiredState,
  clearAllState,
  clearCache,
  deleteState,
  getAllStateRecords,
  getState,
  listAccessibleNamespaces,
  listKeys,
  preloadAllState,
  preloadState,
  registerNamespaces,
  setState,
  STATE_DB_NAME,
  STATE_DB_VERSION,
  STATE_STORE_NAME,
  unregisterScript,
  watchState,
} from './compat/state.js'

export {
  AlreadyStartedError,
  ArgumentError,
  CancelledError,
  CannotWaitError,
  ExitError,
  HostFunctionError,
  LimitError,
  LuaError,
  ModuleError,
  PermissionError,
  ProtocolError,
  QuotaError,
  RunnerError,
  StorageError,
  ValueError,
  WorkerFailedError,
  WorkerReplacedError,
} from './errors/error-classes.js'
export type { LimitName, StorageCode } from './errors/error-classes.js'
export type { LuaFrame } from './errors/lua-traceback.js'
