/**
 * Runs the Lua scripts that people write for your web page: in a worker of its own, with state
 * that lasts.
 *
 * `createRunner` is the way in. The module-level functions (`loadRunner`, `runLua`, …) are those
 * of the original package; they share one default runner.
 *
 * @module pubwiki-lua
 */

export { createRunner } from './host/runner.js'
export type { Runner, RunnerOptions } from './host/runner.js'
export { preload, type PreloadOptions } from './host/preload.js'
export type { Run, RunOptions, RunResult } from './host/run.js'
export type { RunSettings, RunStats, Source } from './host/execute.js'
export type { InputSource } from './host/input.js'
export type { TrustedScriptUrl, WorkerUrl } from './host/worker-url.js'
export type { RunLimits } from './host/limits.js'
export type { RunnerModules } from './host/modules.js'
export type { ModulePolicy, ModuleRequest, ModuleVerdict } from './host/module-policy.js'
export type { ResolveModule } from './host/resolve.js'
export type { EntriesPage, EntriesQuery, RunnerState, SetOptions } from './host/state.js'
export type { NamespaceRules, ScriptNamespaceConfig } from './state/namespace-config.js'
export type { Bytes, ImportSource, TransferOptions } from './state/transfer.js'
export type { StateStore, StoreListener, StoreObserver } from './state/observed.js'
export type { WatchCallback } from './state/watches.js'
export type { Notice } from './host/report.js'
export { MultiReturn, type HostFunction } from './host/host-functions.js'
export type { Artifact, Durability, EntryOrder } from './generated/protocol.js'

export type { StateRecord, StorageBackend } from './storage.js'
export { MemoryBackend } from './backends/memory.js'
export { IndexedDBBackend } from './backends/indexeddb.js'
export type { IndexedDBOptions } from './backends/indexeddb.js'
export { LocalStorageBackend } from './backends/local-storage.js'
export { OpfsBackend } from './backends/opfs.js'
export type { OpfsOptions } from './backends/opfs.js'

export { isRunnerLoaded, loadRunner, resetRunnerState, setStorageBackend } from './original/default-runner.js'
export { DEFAULT_GLUE_PATH, getDefaultGluePath, getGluePath, setGluePath } from './original/glue-path.js'
export {
  clearModuleCache,
  clearRemoteModuleCache,
  getModuleCacheSize,
  listFileModules,
  registerFileModule,
  removeFileModule,
  uploadFileModule,
} from './original/modules.js'
export { runLua } from './original/run-lua.js'
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
} from './original/state.js'

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
} from './errors.js'
export type { LimitName } from './errors.js'
export type { LuaFrame } from './lua-frames.js'
