/** Long work in the page: the browser, and the page's own code, have turns in the middle of it. */

/** How long is worked before others have a turn, in milliseconds: half a frame of the page. */
export const SLICE_MS = 8

/** Says when work has gone on for so long that others are to have a turn. */
export class Pace {
  #began = performance.now()

  /** Whether others are to have a turn: [`Pace.turn`]. */
  get isDue(): boolean {
    return performance.now() - this.#began >= SLICE_MS
  }

  /** Others have a turn. */
  async turn(): Promise<void> {
    await nextTask()
    this.#began = performance.now()
  }
}

/** Resolves in a task of its own. Timers would do so after 4 ms, or after a second in a page that is hidden. */
export function nextTask(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
