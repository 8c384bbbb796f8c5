/** What the compiler must take and refuse: this file runs nothing. */

import type * as api from 'pubwiki-lua'
import {
  type Artifact,
  type cleanupExpiredState,
  type clearCache,
  createRunner,
  type deleteState,
  type getAllStateRecords,
  type getGluePath,
  type getState,
  HostFunctionError,
  type isRunnerLoaded,
  LuaError,
  type listAccessibleNamespaces,
  type listKeys,
  type loadRunner,
  type preloadState,
  type Run,
  type Runner,
  type RunnerError,
  type RunResult,
  registerNamespaces,
  type resetRunnerState,
  type runLua,
  type ScriptNamespaceConfig,
  type SetOptions,
  type STATE_DB_VERSION,
  type StateRecord,
  type StateStore,
  type StorageBackend,
  type StorageError,
  type setState,
  setStorageBackend,
  type unregisterScript,
  type watchState,
} from 'pubwiki-lua'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Takes nothing but `true`. */
function is<_T extends true>(): void {}

declare const runner: Runner
declare const run: Run
declare const backend: StorageBackend

is<Same<ReturnType<typeof createRunner>, Promise<Runner>>>()
is<Same<ReturnType<typeof loadRunner>, Promise<void>>>()
is<Same<ReturnType<typeof runLua>, Promise<string>>>()
is<Same<ReturnType<typeof isRunnerLoaded>, boolean>>()
is<Same<ReturnType<typeof resetRunnerState>, void>>()
is<Same<ReturnType<typeof setStorageBackend>, void>>()
is<Same<ReturnType<typeof getGluePath>, string>>()
is<Same<Artifact, 'jspi' | 'portable'>>()
is<Same<ReturnType<typeof registerNamespaces>, void>>()
is<Same<ReturnType<typeof unregisterScript>, void>>()
is<Same<ReturnType<typeof listAccessibleNamespaces>, string[]>>()
is<Same<ReturnType<typeof getState>, Promise<unknown>>>()
is<Same<ReturnType<typeof setState>, Promise<void>>>()
is<Same<ReturnType<typeof deleteState>, Promise<boolean>>>()
is<Same<ReturnType<typeof listKeys>, Promise<string[]>>>()
is<Same<ReturnType<typeof watchState>, () => void>>()
is<Same<ReturnType<typeof cleanupExpiredState>, Promise<number>>>()
is<Same<ReturnType<typeof preloadState>, Promise<void>>>()
is<Same<ReturnType<typeof getAllStateRecords>, Promise<StateRecord[]>>>()
is<Same<ReturnType<typeof clearCache>, void>>()
is<Same<typeof STATE_DB_VERSION, 3>>()

/** What the original package exports, with the types that it has there. */
interface Original {
  loadRunner(customPath?: string): Promise<void>
  setGluePath(path: string): void
  getGluePath(): string
  getDefaultGluePath(): string
  DEFAULT_GLUE_PATH: string
  isRunnerLoaded(): boolean
  resetRunnerState(): void
  runLua(code: string, scriptId?: string): Promise<string>
  setStorageBackend(backend: StorageBackend): void
  registerFileModule(identifier: string, source: string): void
  uploadFileModule(identifier: string, source: string): void
  removeFileModule(identifier: string): void
  listFileModules(): string[]
  clearRemoteModuleCache(): void
  clearModuleCache(): void
  getModuleCacheSize(): number
  registerNamespaces(scriptId: string, config: ScriptNamespaceConfig): void
  unregisterScript(scriptId: string): void
  listAccessibleNamespaces(scriptId: string): string[]
  getState(scriptId: string, key: string, defaultValue?: unknown): Promise<unknown>
  setState(scriptId: string, key: string, value: unknown, options?: SetOptions): Promise<void>
  deleteState(scriptId: string, key: string): Promise<boolean>
  listKeys(scriptId: string, prefix: string): Promise<string[]>
  watchState(scriptId: string, key: string, callback: (value: unknown) => void): () => void
  cleanupExpiredState(): Promise<number>
  clearAllState(): Promise<void>
  preloadState(scriptId: string, keys: string[]): Promise<void>
  preloadAllState(): Promise<void>
  getAllStateRecords(): Promise<StateRecord[]>
  clearCache(scriptId?: string): void
  STATE_DB_NAME: 'pubwiki_lua_state'
  STATE_DB_VERSION: 3
  STATE_STORE_NAME: 'namespace_data'
  IndexedDBBackend: new () => StorageBackend
  MemoryBackend: new () => StorageBackend
  LocalStorageBackend: new (prefix?: string) => StorageBackend
}
is<typeof api extends Original ? true : false>()

// A run is a promise of its result.
is<Same<Awaited<Run>, RunResult>>()
is<Same<RunResult['values'], unknown[]>>()
is<Same<ReturnType<Run['cancel']>, void>>()
export const asPromise: Promise<RunResult> = run

// What a runner does.
is<Same<keyof Runner, 'state' | 'modules' | 'run' | 'registerFunction' | 'luaTypes' | 'close'>>()
is<Same<ReturnType<Runner['run']>, Run>>()
is<Same<ReturnType<Runner['close']>, Promise<void>>>()
is<Same<ReturnType<Runner['registerFunction']>, void>>()
is<Same<ReturnType<Runner['luaTypes']>, string>>()
is<Same<ReturnType<Runner['state']['get']>, Promise<unknown>>>()
is<Same<ReturnType<Runner['state']['set']>, Promise<void>>>()
is<Same<ReturnType<Runner['state']['delete']>, Promise<boolean>>>()
is<Same<ReturnType<Runner['state']['list']>, Promise<string[]>>>()
is<Same<ReturnType<Runner['state']['watch']>, () => void>>()
is<Same<ReturnType<Runner['state']['update']>, Promise<unknown>>>()
is<Same<ReturnType<Runner['state']['import']>, Promise<number>>>()
is<Same<Awaited<ReturnType<Runner['state']['entries']>>['next'], string | undefined>>()
is<Same<ReturnType<Runner['modules']['list']>, string[]>>()
is<Same<RunResult['output'], string>>()
is<Same<RunResult['stats']['peakMemoryBytes'], number>>()

// A record is the document's.
is<Same<StateRecord['value'], unknown>>()
is<Same<StateRecord['expiresAt'], number | undefined>>()
is<Same<ReturnType<StorageBackend['get']>, Promise<StateRecord | undefined>>>()
is<Same<StorageBackend['close'], (() => void) | undefined>>()

// Errors share a base, and what belongs to each is typed.
export const asBase: RunnerError = new LuaError('message')
export const asLua: LuaError = new HostFunctionError('message')
is<Same<StorageError['keys'], readonly string[]>>()
is<Same<LuaError['value'], unknown>>()

export function taken(): void {
  void runner.run('return 1', { scriptId: 'main' })
  void runner.run(new Uint8Array(), {
    scriptId: 'main',
    args: [1n, null, { a: [] }],
    limits: { timeoutMs: 1 },
    signal: AbortSignal.abort(),
  })
  void createRunner({
    backend,
    workerUrl: new URL('https://example.org/worker.js'),
    artifact: 'portable',
    onNotice: ({ code }) => code,
  })
  void runner.run('return 1', { scriptId: null })
  void createRunner({ durability: 'strict', allowSelfNamedScripts: true })
  runner.registerFunction('fetchPage', async title => title)
  runner.registerFunction('add', (a: number, b: number) => a + b)
  runner.registerFunction('add', (a: number) => a, { params: [{ name: 'a', type: 'number' }], returns: [] })
  void createRunner({ workerUrl: { toString: () => 'a', toJSON: () => 'a' } })
}

// What a script gives may be said.
const typed = runner.run<[number, string?]>('return 1', { scriptId: 'main' })
is<Same<Awaited<typeof typed>['values'], [number, string?]>>()
export const known: Promise<number | undefined> = runner.state.get<number>('main', 'script.main.n')
export const withDefault: Promise<number> = runner.state.get('main', 'script.main.n', 0)
export const unknown: Promise<unknown> = runner.state.get('main', 'script.main.n')
export const updated: Promise<number | undefined> = runner.state.update<number>(
  'main',
  'script.main.n',
  (n = 0) => n + 1,
)
export const unwatch: () => void = runner.state.watch<number>('main', 'script.main.n', (n = 0) => n.toFixed())
export const store: StateStore<number> = runner.state.observe<number>('script.main.n')
is<Same<ReturnType<typeof store.getSnapshot>, number | undefined>>()

export function refused(): void {
  // @ts-expect-error there is no such durability
  void createRunner({ durability: 'eventual' })
  // @ts-expect-error a namespace says whether it may be read
  registerNamespaces('main', { 'my.game': { write: true } })
  // @ts-expect-error there is no such order
  void runner.state.entries('main', { order: 'random' })
  // @ts-expect-error a parameter has a name
  runner.registerFunction('add', (a: number) => a, { params: [{ type: 'number' }] })
  // @ts-expect-error a host function is a function
  runner.registerFunction('fetchPage', 'title')
  // @ts-expect-error what a run took cannot be changed
  void run.then(({ stats }) => (stats.wallMs = 0))
  // @ts-expect-error a listener gets text
  void runner.run('return 1', { scriptId: 'main', onOutput: (chunk: Uint8Array) => chunk })
  // @ts-expect-error a script has an id
  void runner.run('return 1', {})
  // @ts-expect-error there is no such artifact
  void createRunner({ artifact: 'asmjs' })
  // @ts-expect-error Lua source is a string or bytes
  void runner.run(1, { scriptId: 'main' })
  // @ts-expect-error a backend has all six methods
  setStorageBackend({ init: async () => {} })
  // @ts-expect-error a limit is a number
  void createRunner({ limits: { timeoutMs: '1' } })
  // @ts-expect-error a script's number may be none
  void runner.state.get<number>('main', 'script.main.n').then(n => n.toFixed())
  // @ts-expect-error what a script returned is unknown until it is looked at
  void run.then(({ values }) => values[0].name)
}
