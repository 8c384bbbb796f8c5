/** The runs in progress in a worker, by their ids. */

import { RunnerError } from '../errors/error-classes.js'
import type * as wire from '../generated/protocol.js'
import type { Streams } from './services.js'

/** All that a client keeps of its runs. */
export class Runs {
  /** The runs whose results have whole floats told from integers. */
  readonly exact = new Set<number>()
  readonly #streams = new Map<number, Streams>()
  /** The stats of runs whose failure is on its way. */
  readonly #stats = new Map<number, wire.RunStats>()
  /** Runs that have ended in the worker, and whose large results are being decoded. */
  readonly #arriving = new Set<number>()

  add(id: number, streams: Streams, exact: boolean): void {
    this.#streams.set(id, streams)
    if (exact) this.exact.add(id)
  }

  delete(id: number): void {
    this.#streams.delete(id)
    this.#stats.delete(id)
    this.exact.delete(id)
    this.#arriving.delete(id)
  }

  ids(): Iterable<number> {
    return this.#streams.keys()
  }

  /** A run's streams; undefined once it has ended. */
  streams(id: number): Streams | undefined {
    return this.#streams.get(id)
  }

  /** Whether a run has not ended in the worker, as far as the page knows. */
  isRunning(id: number): boolean {
    return this.#streams.has(id) && !this.#arriving.has(id)
  }

  /** Notes that a run's result is being decoded. Gives false for an id that is not a run's. */
  arrives(id: number): boolean {
    if (!this.#streams.has(id)) return false
    this.#arriving.add(id)
    return true
  }

  /** Keeps the stats of a run for the failure that follows. */
  failed({ run, stats }: { run: number; stats: wire.RunStats }): void {
    if (this.#streams.has(run)) this.#stats.set(run, stats)
  }

  /** Adds a failed run's stats to its error. */
  addStats(id: number, error: unknown): void {
    const stats = this.#stats.get(id)
    if (stats && error instanceof RunnerError) error.stats = stats
  }
}
