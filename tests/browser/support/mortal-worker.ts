/** Workers that a test ends at a moment of its choice: what happens then is the same every time. */

import { afterEach, beforeEach } from '../harness/index.js'

const RealWorker = globalThis.Worker
let last: MortalWorker | null = null
/** How many messages still reach the page; null while no end is planned. */
let left: number | null = null

class MortalWorker extends RealWorker {
  #dead = false

  constructor(...args: ConstructorParameters<typeof RealWorker>) {
    super(...args)
    last = this
    this.addEventListener('message', event => {
      if (this.#dead || left === null || left-- > 0) return
      event.stopImmediatePropagation()
      this.die()
    })
  }

  /** Ends in the middle of whatever it does, and the page hears of it, as of a worker that has panicked. */
  die(): void {
    left = null
    this.#dead = true
    // One that is terminated gets no more events in WebKit.
    this.dispatchEvent(new MessageEvent('message', { data: { fatal: { message: 'the test ended the worker' } } }))
    this.terminate()
  }
}

beforeEach(() => {
  globalThis.Worker = MortalWorker
})
afterEach(() => {
  globalThis.Worker = RealWorker
  left = null
})

/** Ends the worker that was started last. */
export function endWorker(): void {
  last?.die()
}

/** Terminates the worker that was started last without a word: the page does not hear of it. */
export function terminateWorker(): void {
  last?.terminate()
}

/** Ends the worker that sends the message after this many, which does not reach the page any more. */
export function endWorkerAfter(messages: number): void {
  left = messages
}

/** Whether the planned end has come; it is planned no more. */
export function hasEnded(): boolean {
  const ended = left === null
  left = null
  return ended
}
