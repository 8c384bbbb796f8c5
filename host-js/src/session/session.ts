/** A session: State and runs on one backend. It opens again in the worker that replaces another. */

import { builtInChoice } from '../backends/backend-choice.js'
import type { StorageBackend } from '../backends/storage-backend.js'
import type { Client } from '../client/client.js'
import type { Services, SessionCall, StateEvent } from '../client/services.js'
import type { WorkerSupervisor } from '../client/worker-supervisor.js'
import { CancelledError, RunnerError } from '../errors/error-classes.js'
import { type Notice, notify } from '../errors/notices.js'
import type * as wire from '../generated/protocol.js'
import { HostBackend } from '../host-calls/host-backend.js'
import { HostFunctions } from '../host-calls/host-functions.js'
import { askModulePolicy, type ModulePolicy } from '../host-calls/module-policy.js'
import { askResolve, type ResolveModule } from '../host-calls/module-resolver.js'
import { NamespaceMirror } from '../namespaces/namespace-mirror.js'
import { ModuleIndex } from './module-index.js'
import { Watches } from './watches.js'

/** Options of a session. */
export interface SessionOptions {
  backend: StorageBackend
  limits: wire.RunLimits
  onNotice?: ((notice: Notice) => void) | undefined
  modulePolicy?: ModulePolicy | undefined
  resolve?: ResolveModule | undefined
  /** The session's modules, when they outlive it. */
  modules?: ModuleIndex | undefined
  /** Whether a run without a script id is one whose script names itself. */
  allowSelfNamedScripts?: boolean | undefined
  /** When functions of scripts are compiled. */
  compile?: wire.Heat | null | undefined
  /** When a write is durable, where the backend lets one choose; the backend's own choice when absent. */
  durability?: wire.Durability | undefined
  /** Opens only when this has completed. */
  after?: Promise<void> | undefined
}

/** A session, opened by its first use. */
export class Session {
  readonly functions = new HostFunctions()
  readonly modules: ModuleIndex
  /** The namespaces declared here and in the worker. */
  readonly mirror = new NamespaceMirror(error => this.#failed(error))
  readonly watches = new Watches(error => this.#failed(error))
  readonly #supervisor: WorkerSupervisor
  readonly #options: SessionOptions
  /** The page-provided backend; null for a built-in one. */
  readonly #hostBackend: HostBackend | null = null
  readonly #open: wire.OpenOptions
  /** Whether the page was told that updates are not shared. */
  #isUnshared = false
  /** Whether the backend's engine is reached. */
  #connection: 'online' | 'offline' = 'online'
  #opened: { client: Client; ready: Promise<Client> } | null = null
  #closed: Promise<void> | null = null

  constructor(supervisor: WorkerSupervisor, options: SessionOptions) {
    this.#supervisor = supervisor
    this.#options = options
    this.modules = options.modules ?? new ModuleIndex()
    let backend = builtInChoice(options.backend, options.durability)
    if (!backend) {
      this.#hostBackend = new HostBackend(options.backend, (state, why) => this.#connected(state, why))
      backend = this.#hostBackend.choice
    }
    this.#open = {
      backend,
      limits: options.limits,
      modules: options.modulePolicy ? 'Host' : 'BuiltIn',
      allowSelfNamedScripts: options.allowSelfNamedScripts ?? false,
      resolves: options.resolve !== undefined,
      compile: options.compile ?? null,
    }
  }

  /** The page-provided backend, if it can only store one record after another. */
  get oneByOne(): StorageBackend | null {
    const { backend } = this.#options
    return this.#hostBackend && !backend.setMany ? backend : null
  }

  /** Resolves when a page-provided backend has ended what it was asked to write. */
  async writesEnded(): Promise<void> {
    await this.#hostBackend?.writesEnded()
  }

  /** The worker with the session open in it. Rejects when no worker can be started, or after `close`. */
  async client(): Promise<Client> {
    await this.#options.after
    if (this.#closed) throw new CancelledError('the runner is closed')
    const client = this.#supervisor.client()
    if (this.#opened?.client === client) return this.#opened.ready
    const ready = client.open(this.#open, this.#services(client)).then(() => {
      // Before anything else is asked of it.
      this.mirror.attach(client)
      this.watches.attach(client)
      return client
    })
    this.modules.attach(client)
    this.functions.attach(client)
    const opened = { client, ready }
    this.#opened = opened
    // The next use tries again.
    ready.catch(() => {
      if (this.#opened === opened) this.#opened = null
    })
    return ready
  }

  /** Ends all runs, waits until all writes are durable, and ends the worker. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const client = this.#supervisor.release()
    const reason = new CancelledError('the runner is closed')
    try {
      if (!client || client.ended || !this.#opened) return
      await client.close()
    } finally {
      client?.end(reason)
    }
  }

  /** Reports a failure that no call of the page's can reject with. */
  #failed(error: unknown): void {
    const { message, code } = error instanceof RunnerError ? error : { message: String(error), code: 'STATE_FAILED' }
    notify(this.#options.onNotice, { code, message })
  }

  #noticed(notice: Notice): void {
    // A worker that replaces another finds it out by itself.
    if (notice.code === 'UPDATE_NOT_SHARED') {
      if (this.#isUnshared) return
      this.#isUnshared = true
    }
    notify(this.#options.onNotice, notice)
  }

  #connected(state: 'online' | 'offline', why?: string): void {
    if (state === this.#connection) return
    this.#connection = state
    const message = `the storage backend is ${state}${why === undefined ? '' : `: ${why}`}`
    notify(this.#options.onNotice, { code: state === 'online' ? 'ONLINE' : 'OFFLINE', message })
  }

  #stateEvent(client: Client, event: StateEvent): void {
    if ('StateChanged' in event) {
      const { watch, key, value } = event.StateChanged
      this.watches.changed(client, watch, key, value)
    } else if ('Registered' in event) {
      this.mirror.registered(client, event.Registered.script_id, event.Registered.namespaces)
    } else {
      this.mirror.unregistered(client, event.Unregistered.script_id)
    }
  }

  #services(client: Client): Services {
    return {
      call: call => this.#serve(client, call),
      modulesFetched: count => this.modules.noteFetched(client, count),
      notice: notice => this.#noticed(notice),
      stateEvent: event => this.#stateEvent(client, event),
    }
  }

  async #serve(client: Client, call: SessionCall): Promise<wire.HostAnswer> {
    if ('Function' in call) return this.functions.call(call.Function.name, call.Function.args)
    if ('ModulePolicy' in call) {
      const { modulePolicy } = this.#options
      if (!modulePolicy) throw new TypeError('this session has no module policy')
      return { ModulePolicy: await askModulePolicy(modulePolicy, call.ModulePolicy) }
    }
    if ('Resolve' in call) {
      const { resolve } = this.#options
      if (!resolve) throw new TypeError('this session has no resolve')
      return { Value: await askResolve(resolve, call.Resolve) }
    }
    if (!this.#hostBackend) throw new TypeError('this session has no backend on the page')
    const tell = (changes: wire.BackendChange[] | null) => client.tell({ BackendChanged: { changes } })
    return { Backend: await this.#hostBackend.serve(call.Backend, tell) }
  }
}
