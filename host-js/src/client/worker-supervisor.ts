/** Starts a runner's worker at its first use, and replaces it at the next use after it has died. */

import type { Artifact } from '../generated/protocol.js'
import type { TrustedScriptUrl } from '../spawn/worker-url.js'
import type { Client } from './client.js'
import { preloadedClient } from './preloaded-clients.js'

/** Which worker script to start, and which of its artifacts. */
export interface WorkerChoice {
  /** The URL of the worker's script. */
  url(): string | TrustedScriptUrl
  /** Which artifact; what the engine can run when absent. */
  artifact?: Artifact | undefined
}

/** A worker that is replaced when it dies. */
export class WorkerSupervisor {
  readonly #choice: WorkerChoice
  #client: Client | null = null

  constructor(choice: WorkerChoice) {
    this.#choice = choice
  }

  /** Whether a worker was started and lives. */
  get started(): boolean {
    return this.#client !== null && !this.#client.ended
  }

  /** The living worker. Throws a WorkerFailedError when the browser refuses to start one. */
  client(): Client {
    if (!this.#client || this.#client.ended) this.#client = preloadedClient(this.#choice.url(), this.#choice.artifact)
    return this.#client
  }

  /** Releases the worker, which lives until it is ended: the next use starts another. */
  release(): Client | null {
    const client = this.#client
    this.#client = null
    return client
  }
}
