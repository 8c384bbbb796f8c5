/** A runner: one worker, one backend, any number of runs. */

import { DefaultBackend } from '#default-backend'
import { ARTIFACTS } from '#spawn'
import { checkBackend } from '../backends/check-backend.js'
import { DURABILITIES } from '../backends/indexeddb.js'
import type { StorageBackend } from '../backends/storage-backend.js'
import { checkOptions, checkWord } from '../checks/options.js'
import { WorkerSupervisor } from '../client/worker-supervisor.js'
import type { Notice } from '../errors/notices.js'
import type { Artifact, Durability } from '../generated/protocol.js'
import type { HostFunction } from '../host-calls/host-functions.js'
import type { HostFunctionTypes } from '../host-calls/lua-types.js'
import type { ModulePolicy } from '../host-calls/module-policy.js'
import type { ResolveModule } from '../host-calls/module-resolver.js'
import { type CompileOption, toHeat } from '../session/compile.js'
import type { Source } from '../session/lua-source.js'
import { type RunLimits, toWireLimits } from '../session/run-limits.js'
import { Session } from '../session/session.js'
import { OWN_WORKER, resolveWorkerUrl, type WorkerUrl } from '../spawn/worker-url.js'
import { Run, type RunOptions } from './run.js'
import type { RunnerModules } from './runner-modules.js'
import { RunnerState } from './runner-state.js'

/** Options of a runner. */
export interface RunnerOptions {
  /** Where State lasts; IndexedDB by default, and memory in Node, Deno and Bun. */
  backend?: StorageBackend | undefined
  /** The defaults of every run's limits. */
  limits?: RunLimits | undefined
  /** The URL of the worker's script, or what Trusted Types trust as one; the package's own by default. */
  workerUrl?: WorkerUrl | undefined
  /** Which build of the worker; the best that the browser can run by default. */
  artifact?: Artifact | undefined
  /**
   * Says which URLs modules may be fetched from. Without one: https from anywhere, http from this
   * machine (localhost) alone.
   */
  modulePolicy?: ModulePolicy | undefined
  /** Says what scripts mean by names of modules that name no place. */
  resolve?: ResolveModule | undefined
  /** Is called with each notice, which goes to the console otherwise. */
  onNotice?: ((notice: Notice) => void) | undefined
  /** When IndexedDB's writes are durable: `relaxed` by default, or `strict`, which waits for the disk itself. */
  durability?: Durability | undefined
  /** Whether `run` takes scripts without an id, which then name themselves; they are refused by default. */
  allowSelfNamedScripts?: boolean | undefined
  /**
   * Whether functions in which scripts spend their time are compiled to WebAssembly while they run, which computes several
   * times faster; they are by default, but in WebKit. With numbers: after how many calls or rounds of a loop (`threshold`), and for how many
   * instructions a function is watched before (`watched`).
   */
  compile?: CompileOption | undefined
}

const OPTIONS = {
  backend: 'anything',
  limits: 'anything',
  workerUrl: 'anything',
  artifact: 'anything',
  modulePolicy: 'a function',
  resolve: 'a function',
  onNotice: 'a function',
  durability: 'anything',
  allowSelfNamedScripts: 'true or false',
  compile: 'anything',
} as const

/** A runner. */
export class Runner {
  /** State, as the scripts see it. */
  readonly state: RunnerState
  /** The modules that scripts `require`. */
  readonly modules: RunnerModules
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
    this.state = new RunnerState(session)
    this.modules = session.modules
  }

  /**
   * Runs a script. Lua source is bytes: a string is sent as UTF-8. `Values` says what the script returns,
   * as in `run<[number, string]>(…)`; nothing checks that.
   */
  run<Values extends unknown[] = unknown[]>(source: Source, options: RunOptions): Run<Values> {
    return new Run(this.#session, source, options)
  }

  /**
   * Lets scripts call `host.NAME(...)`. The function's promise is awaited in Lua, and what it
   * throws is an error there. One of the same name is replaced. What types its parameters have is for the
   * script to keep to: check what it gives. `types` describes it to those who write scripts, by `luaTypes`.
   */
  registerFunction<Args extends unknown[]>(
    name: string,
    callable: HostFunction<Args>,
    types?: HostFunctionTypes,
  ): void {
    this.#session.functions.register(name, callable as HostFunction, types)
  }

  /**
   * Definitions of the registered functions for editors of Lua, as the text of a file with LuaLS's annotations.
   * Those of `State`, `json` and all else are in the package's folder `library`.
   */
  luaTypes(): string {
    return this.#session.functions.luaTypes()
  }

  /** Cancels all runs, waits until all writes are durable, and ends the worker. */
  close(): Promise<void> {
    return this.#session.close()
  }
}

/**
 * Starts a worker and opens State on its backend.
 *
 * Rejects with an ArgumentError for an invalid option, with a WorkerFailedError when the worker cannot start, with a StorageError when the
 * backend's `init` fails, and with a ProtocolError when page and worker are of different releases.
 */
export async function createRunner(options: RunnerOptions = {}): Promise<Runner> {
  checkOptions(options, 'options', OPTIONS)
  const { backend = new DefaultBackend(), artifact, workerUrl = OWN_WORKER, onNotice, modulePolicy } = options
  checkBackend(backend)
  checkWord(artifact, 'artifact', ARTIFACTS)
  checkWord(options.durability, 'durability', DURABILITIES)
  const url = resolveWorkerUrl(workerUrl)
  const session = new Session(new WorkerSupervisor({ url: () => url, artifact }), {
    backend,
    limits: toWireLimits(options.limits),
    onNotice,
    modulePolicy,
    resolve: options.resolve,
    durability: options.durability,
    allowSelfNamedScripts: options.allowSelfNamedScripts,
    compile: toHeat(options.compile),
  })
  try {
    await session.client()
  } catch (error) {
    // The first failure is the one to tell.
    await session.close().catch(() => undefined)
    throw error
  }
  return new Runner(session)
}
