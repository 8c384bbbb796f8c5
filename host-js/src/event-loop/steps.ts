/** Work that is done in steps, so that the page's event loop may turn between them. */

import { nextTask, SLICE_MS } from './pace.js'

/** Yields after each step, of less than a millisecond, and gives the result in the end. */
export type Steps<T> = Generator<undefined, T, undefined>

/** How much is done in a step: values, or this many bytes of text each. */
export const STEP = 1024
export const STEP_BYTES = 64

/** Does it all at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Does it in turns with whatever else the page has to do. Rejects with what a step throws. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const until = performance.now() + SLICE_MS
    do {
      const step = steps.next()
      if (step.done) return step.value
    } while (performance.now() < until)
    await nextTask()
  }
}
