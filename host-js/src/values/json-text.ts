/** The JSON text of stored values, in which a float stays a float. */

import { atOnce, type Steps } from '../event-loop/steps.js'
import { parseJsonInSteps } from './json-parser.js'
import { Refusal, type Sink, walk } from './walk.js'

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
/** Up to here JSON's own parser takes less than a step, in UTF-16's units. */
const SHORT = 64 * 1024
/** So many parts of a text are joined at a time. */
const PARTS = 4096

/**
 * The JSON text of a value to store. Throws a ValueError, its path beginning with `path`, for
 * what cannot be stored: besides what cannot cross, bytes, NaN, infinities, and integers beyond
 * ±(2^53−1).
 */
export function toJsonText(value: unknown, path: string): string {
  return atOnce(toJsonTextInSteps(value, path))
}

/** The same in steps. */
export function* toJsonTextInSteps(value: unknown, path: string): Steps<string> {
  const sink = new TextSink()
  yield* walk(value, path, sink)
  return sink.finish()
}

/** The value of JSON text. Throws a SyntaxError for invalid text. */
export function fromJsonText(text: string): unknown {
  return JSON.parse(text)
}

/** Whether a text is parsed in less than a step. */
export function isShort(text: string): boolean {
  return text.length <= SHORT
}

/** The value of JSON text, parsed in steps. */
export function* fromJsonTextInSteps(text: string): Steps<unknown> {
  return isShort(text) ? fromJsonText(text) : yield* parseJsonInSteps(text)
}

class TextSink implements Sink {
  #text = ''
  #parts: string[] = []

  finish(): string {
    return this.#text + this.#parts.join('')
  }

  nil(): void {
    this.#add('null')
  }

  bool(value: boolean): void {
    this.#add(String(value))
  }

  number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.#add(String(value))
    else this.float(value)
  }

  float(value: number): void {
    if (!Number.isFinite(value)) throw new Refusal(`${value} cannot be stored`)
    const text = Object.is(value, -0) ? '-0' : String(value)
    this.#add(/[.e]/.test(text) ? text : `${text}.0`)
  }

  bigint(value: bigint): void {
    if (value > SAFE || value < -SAFE) throw new Refusal('an integer beyond 2^53 cannot be stored')
    this.#add(String(value))
  }

  text(value: string): void {
    this.#add(JSON.stringify(value))
  }

  *longText(parts: Iterable<string>): Steps<void> {
    this.#add('"')
    for (const part of parts) {
      this.#add(JSON.stringify(part).slice(1, -1))
      yield
    }
    this.#add('"')
  }

  bytes(): void {
    throw new Refusal('bytes cannot be stored, only strings of UTF-8')
  }

  open(isArray: boolean): void {
    this.#add(isArray ? '[' : '{')
  }

  next(index: number, key: string | undefined): void {
    if (index > 0) this.#add(',')
    if (key !== undefined) this.#add(`${JSON.stringify(key)}:`)
  }

  close(isArray: boolean): void {
    this.#add(isArray ? ']' : '}')
  }

  /** To join some parts at a time takes less than to add each. */
  #add(text: string): void {
    if (this.#parts.push(text) < PARTS) return
    this.#text += this.#parts.join('')
    this.#parts = []
  }
}
