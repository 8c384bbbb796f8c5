/** What the page's own code threw: described for the worker, and kept for the error that comes back. */

import type { HostError } from '../generated/protocol.js'
import { bounded, MESSAGE_BYTES, NAME_BYTES } from './bounded.js'

/** How many are kept: more than calls can fail at once before their errors come back. */
const KEPT = 64

/** Finds again, for an error from the worker, the object that was thrown on the page. */
export class Thrown {
  readonly #recent: Array<{ error: unknown; described: HostError }> = []

  /** Describes and keeps what was thrown. */
  describe(error: unknown): HostError {
    const described = describeThrown(error)
    this.#recent.push({ error, described })
    if (this.#recent.length > KEPT) this.#recent.shift()
    return described
  }

  /** What was thrown: the very object, or for what was thrown in the worker an Error like it. */
  find({ name, message }: HostError): unknown {
    const kept = this.#recent.findLast(({ described }) => described.name === name && described.message === message)
    if (kept) return kept.error
    const error = new Error(message)
    error.name = name
    return error
  }
}

/** Name and message of what was thrown, whatever it is. */
function describeThrown(error: unknown): HostError {
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['Error', error]
  return { name: bounded(text(name), NAME_BYTES), message: bounded(text(message), MESSAGE_BYTES) }
}

function text(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'something that has no text'
  }
}
