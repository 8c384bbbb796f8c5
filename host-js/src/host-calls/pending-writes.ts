/** What a backend of the page's is writing: it goes on also when the worker that has asked for it is gone. */

/** How long a write is waited for, from its beginning, in milliseconds: its worker would have given it up then. */
const LIMIT_MS = 30_000

/** The writes under way. */
export class PendingWrites {
  readonly #began = new Map<Promise<unknown>, number>()

  /** Notes a write, and gives it back. */
  add<T>(write: Promise<T>): Promise<T> {
    this.#began.set(write, performance.now())
    const end = () => this.#began.delete(write)
    write.then(end, end)
    return write
  }

  /** Resolves when those under way have ended, or nobody would have waited for them any longer. */
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
