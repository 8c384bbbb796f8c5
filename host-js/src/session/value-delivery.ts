/** Delivers stored values in order: while a large one is parsed, in turns, those after it wait. */

import { report } from '../errors/report.js'
import { inTurns } from '../event-loop/steps.js'
import { fromJsonText, fromJsonTextInSteps, isShort } from '../values/json-text.js'

/** One callback's values, as they come. */
export class ValueDelivery {
  #last: Promise<void> | null = null

  /** Calls `tell` with the value of JSON text, undefined for null: at once, unless a large value is being parsed. */
  deliver(text: string | null, tell: (value: unknown) => void): void {
    if (!this.#last && (text === null || isShort(text))) return tell(text === null ? undefined : fromJsonText(text))
    const last = this.#after(this.#last, text, tell)
      .catch(report)
      .finally(() => {
        if (this.#last === last) this.#last = null
      })
    this.#last = last
  }

  async #after(before: Promise<void> | null, text: string | null, tell: (value: unknown) => void): Promise<void> {
    await before
    tell(text === null ? undefined : await inTurns(fromJsonTextInSteps(text)))
  }
}
