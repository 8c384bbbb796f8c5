/** A page-provided backend's writes in progress: they continue when the worker that has asked for them is gone. */

import { CALL_MS } from '../generated/limits.js'

/** The writes in progress. */
export class PendingWrites {
  readonly #began = new Map<Promise<unknown>, number>()

  /** Notes a write, and gives it back. */
  add<T>(write: Promise<T>): Promise<T> {
    this.#began.set(write, performance.now())
    const end = () => this.#began.delete(write)
    write.then(end, end)
    return write
  }

  /** Resolves when all in progress have ended, or have taken as long as the worker waits for a call. */
  async ended(): Promise<void> {
    await Promise.all(Array.from(this.#began, ([write, began]) => endOf(write, began + CALL_MS - performance.now())))
  }
}

function endOf(write: Promise<unknown>, withinMs: number): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, withinMs)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    write.then(end, end)
  })
}
