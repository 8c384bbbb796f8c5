/** Errors thrown by the page's own code: described for the worker, and kept for the error that comes back. */

import { EncodedValue } from '../codec/schema-codec.js'
import { isStorageCode } from '../errors/error-classes.js'
import { MESSAGE_BYTES, NAME_BYTES } from '../generated/limits.js'
import type { HostAnswer, HostError, Value } from '../generated/protocol.js'
import { bounded } from '../values/bounded-text.js'
import { toWireValue } from '../values/wire-value.js'

/** How many are kept: more than calls can fail at once before their errors come back. */
const KEPT = 64

/** The most that a thrown value takes, in bytes: more than that is data. */
const VALUE_BYTES = 64 * 1024

/** Finds again, for an error from the worker, the object that was thrown on the page. */
export class ThrownErrors {
  readonly #recent: Array<{ error: unknown; described: HostError }> = []

  /** Describes and keeps what was thrown; by a backend, whose error's code says more than its name. */
  describe(error: unknown, byBackend = false): HostError {
    const described = describeThrown(error, byBackend)
    this.#recent.push({ error, described })
    if (this.#recent.length > KEPT) this.#recent.shift()
    return described
  }

  /** The same for what a host function threw: with its fields, unless it is an error that Lua knows by its text. */
  answer(error: unknown): HostAnswer {
    const cause = this.describe(error)
    if (error instanceof Error || typeof error !== 'object' || error === null) return { Error: cause }
    try {
      const value: unknown = toWireValue(error, 'value')
      const fits = value instanceof EncodedValue && value.bytes.length <= VALUE_BYTES
      return fits ? { Thrown: { cause, value: value as unknown as Value } } : { Error: cause }
    } catch {
      // It is not a Lua value.
      return { Error: cause }
    }
  }

  /** The thrown object itself, or for what was thrown in the worker an Error like it. */
  find({ name, message }: HostError): unknown {
    const kept = this.#recent.findLast(({ described }) => described.name === name && described.message === message)
    if (kept) return kept.error
    const error = new Error(message)
    error.name = name
    return error
  }
}

/** Name and message of what was thrown, whatever it is. */
function describeThrown(error: unknown, byBackend: boolean): HostError {
  const code = byBackend ? text(error, 'code') : undefined
  return {
    name: isStorageCode(code) ? code : bounded(text(error, 'name') ?? 'Error', NAME_BYTES),
    message: bounded(text(error, 'message') ?? whole(error), MESSAGE_BYTES),
  }
}

/** A text in a field of what was thrown, which may be anything; undefined when it has none. */
function text(error: unknown, field: 'name' | 'message' | 'code'): string | undefined {
  try {
    if (typeof error !== 'object' || error === null || !(field in error)) return undefined
    return String((error as Record<typeof field, unknown>)[field])
  } catch {
    return undefined
  }
}

function whole(error: unknown): string {
  try {
    const plain = typeof error === 'object' && error !== null && String(error) === '[object Object]'
    return plain ? JSON.stringify(error) : String(error)
  } catch {
    return 'something that has no text'
  }
}
