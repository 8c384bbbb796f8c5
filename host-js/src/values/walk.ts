/** Visits a value that the page sends to Lua or stores, by the rules of README's table of values. */

import { atIndex, atKey } from '../checks/value-path.js'
import { WholeFloat } from '../codec/value-reader.js'
import { isWellFormed } from '../codec/writer.js'
import { ValueError } from '../errors/error-classes.js'
import { STEP, STEP_BYTES, type Steps } from '../event-loop/steps.js'
import { VALUE_DEPTH } from '../generated/limits.js'

/** A text is written in parts of so many of UTF-16's units. */
const PART = 64 * 1024

/** Takes what a walk finds, in order. It may throw a Refusal. */
export interface Sink {
  /** `undefined` or `null`. */
  nil(): void
  bool(value: boolean): void
  number(value: number): void
  /** A number that is a float in Lua, though it is whole. */
  float(value: number): void
  bigint(value: bigint): void
  text(value: string): void
  /** A text that is long, in parts that are each well-formed. */
  longText(parts: Iterable<string>): Steps<void>
  bytes(value: Uint8Array): void
  /** An array or object of so many items begins. */
  open(isArray: boolean, count: number): void
  /** Its next item comes, of this key in an object. */
  next(index: number, key: string | undefined): void
  /** It ends. */
  close(isArray: boolean): void
}

/** Why a value cannot leave. */
export class Refusal {
  constructor(readonly what: string) {}
}

/** An array or object that is walked over: as it was when it was met, whatever becomes of it. */
interface Level {
  readonly of: object
  /** An object's keys. */
  readonly keys: string[] | null
  readonly items: unknown[]
  at: number
}

/**
 * Gives all of a value to a sink. Throws a ValueError, its path beginning with `path`, for what the sink
 * refuses and for what cannot leave at all: functions, symbols, class instances, cycles, lone surrogates,
 * holes in arrays, and nesting deeper than 128.
 */
export function* walk(root: unknown, path: string, sink: Sink): Steps<void> {
  const levels: Level[] = []
  try {
    let value = root
    for (let work = 1; ; work++) {
      if (work > STEP) {
        work = 0
        yield
      }
      if (typeof value === 'number') sink.number(value)
      else if (typeof value === 'string') {
        work += value.length / STEP_BYTES
        if (checked(value).length > PART) yield* sink.longText(partsOf(value))
        else sink.text(value)
      } else if (value === undefined || value === null) sink.nil()
      else if (typeof value === 'boolean') sink.bool(value)
      else if (typeof value === 'bigint') sink.bigint(value)
      else if (typeof value !== 'object') throw new Refusal(`a ${typeof value} cannot cross`)
      else if (value instanceof Uint8Array) sink.bytes(value)
      else if (value instanceof WholeFloat) sink.float(value.value)
      else {
        const of: object = value
        if (levels.some(level => level.of === of)) throw new Refusal('an object that holds itself cannot cross')
        if (levels.length === VALUE_DEPTH) throw new Refusal(`it nests deeper than ${VALUE_DEPTH} levels`)
        const level = Array.isArray(of) ? { of, keys: null, items: Array.from(of), at: -1 } : yield* fields(of)
        sink.open(level.keys === null, level.items.length)
        levels.push(level)
      }

      let level = levels.at(-1)
      while (level && ++level.at === level.items.length) {
        sink.close(level.keys === null)
        levels.pop()
        level = levels.at(-1)
      }
      if (!level) return
      value = level.items[level.at]
      if (value === undefined) throw new Refusal('undefined cannot stand in an array; null can')
      sink.next(level.at, level.keys?.[level.at])
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const place = levels.reduce((path, { keys, at }) => (keys ? atKey(path, keys[at] ?? '') : atIndex(path, at)), path)
    throw new ValueError(`${place}: ${error.what}`, { path: place })
  }
}

function* fields(of: object): Steps<Level> {
  if (!isPlain(of)) throw new Refusal(`an instance of ${className(of)} cannot cross`)
  if (Object.getOwnPropertySymbols(of).length > 0) throw new Refusal('an object with a symbol as a key cannot cross')
  const [keys, items]: [string[], unknown[]] = [[], []]
  let work = 0
  for (const key of Object.keys(of)) {
    if (++work % STEP === 0) yield
    const item = (of as Record<string, unknown>)[key]
    // As in Lua, a field that is nil is not there.
    if (item === undefined) continue
    keys.push(checked(key))
    items.push(item)
  }
  return { of, keys, items, at: -1 }
}

function* partsOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = at + PART
    // A pair of surrogates stays one.
    const isPair = end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00
    yield text.slice(at, isPair ? end + 1 : end)
    at = isPair ? end + 1 : end
  }
}

function checked(text: string): string {
  if (!isWellFormed(text)) throw new Refusal('a string with a lone surrogate has no UTF-8 form')
  return text
}

/** Whether it is `{}` of this or another realm, or has no prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty'))
  )
}

function className(value: object): string {
  const { constructor } = value
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'a class'
}
