/**
 * Notices when a worker has died without a message. Time counts only while the page's own timers
 * fire: not in a hidden tab, a debugger or sleep.
 */

/** Milliseconds between two looks, and what a look counts for at most, however late it comes. */
const LOOK_MS = 250

interface Expectation {
  leftMs: number
  readonly reason: string
}

/** Waits for what must happen in time, and barks once when something has not. */
export class Watchdog {
  readonly #bark: (reason: string) => void
  readonly #expected = new Map<unknown, Expectation>()
  #timer: ReturnType<typeof setInterval> | undefined

  /** `bark` gets the reason of what did not happen. */
  constructor(bark: (reason: string) => void) {
    this.#bark = bark
  }

  /** Expects `what` within `ms`, from now on also when it was expected already. */
  expect(what: unknown, ms: number, reason: string): void {
    this.#expected.set(what, { leftMs: ms, reason })
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS)
  }

  /** Does not expect `what` any more. */
  forget(what: unknown): void {
    this.#expected.delete(what)
    if (this.#expected.size === 0) this.stop()
  }

  /** Expects nothing any more. */
  stop(): void {
    this.#expected.clear()
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    for (const expectation of this.#expected.values()) {
      expectation.leftMs -= LOOK_MS
      if (expectation.leftMs > 0) continue
      this.stop()
      this.#bark(expectation.reason)
      return
    }
  }
}
