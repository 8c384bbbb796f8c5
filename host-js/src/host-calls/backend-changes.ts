/** Tells the worker what has changed in a page-provided backend. */

import type { Change } from '../backends/storage-backend.js'
import { report } from '../errors/report.js'
import { nextTask, Pace } from '../event-loop/pace.js'
import { inTurns } from '../event-loop/steps.js'
import { PART_BYTES, PART_ITEMS } from '../generated/limits.js'
import type * as wire from '../generated/protocol.js'
import { toWireRecordInSteps, versionOf } from '../values/wire-records.js'

/** Is called with what has changed; with null for anything. */
export type TellChanges = (changes: wire.BackendChange[] | null) => void

/** What a backend tells, in order, in turns with the page's other work. */
export class BackendChanges {
  /** Who is told: the worker that was made ready last. */
  tell: TellChanges | null = null
  readonly #versioned: boolean
  #waiting: Array<readonly Change[] | 'all'> = []

  /** Where `versioned`, each record is to have a version. */
  constructor(versioned: boolean) {
    this.#versioned = versioned
  }

  /** The listener of `changes`. */
  readonly hear = (changes: readonly Change[] | 'all'): void => {
    if (changes === 'all') this.#waiting.length &&= 1
    this.#waiting.push(changes)
    if (this.#waiting.length === 1) void this.#work()
  }

  async #work(): Promise<void> {
    for (let changes = this.#waiting[0]; changes; changes = this.#waiting[0]) {
      try {
        if (changes === 'all') this.tell?.(null)
        else await this.#tellSome(changes)
      } catch (error) {
        // What cannot be understood is read.
        report(error)
        this.tell?.(null)
      }
      this.#waiting.shift()
    }
  }

  async #tellSome(changes: readonly Change[]): Promise<void> {
    if (!Array.isArray(changes)) throw new TypeError(`changes() told neither changes nor 'all' but ${typeof changes}`)
    const pace = new Pace()
    let [part, bytes]: [wire.BackendChange[], number] = [[], 0]
    for (const [index, { key, record }] of changes.entries()) {
      if (record === undefined || record === null) part.push({ Removed: { key: String(key) } })
      else {
        const name = `changes()[${index}].record`
        const stored = await inTurns(toWireRecordInSteps(record, name))
        if (stored.key !== key) throw new TypeError(`${name} is of another key than ${JSON.stringify(key)}`)
        part.push({ Stored: { record: stored, version: versionOf(record, this.#versioned, name) || null } })
        bytes += stored.value.length
      }
      bytes += key.length + 32
      if (part.length === PART_ITEMS || bytes > PART_BYTES) {
        this.tell?.(part)
        ;[part, bytes] = [[], 0]
        if (pace.isDue) await nextTask()
      }
    }
    if (part.length > 0) this.tell?.(part)
  }
}
