/** A page-provided backend's writes in progress: they continue when the worker that has asked for them is gone. */

/** How long a write is waited for, from its beginning, in milliseconds: the worker's own limit for a call. */
const LIMIT_MS = 30_000

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

  /** Resolves when all in progress have ended or reached that limit. */
  async ended(): Promise<void> {
    await Promise.all(Array.from(this.#began, ([write, began]) => endOf(write, began + LIMIT_MS - performance.now())))
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
