/** Decodes values from Lua, straight from the wire to JavaScript's values. */

import { ProtocolError } from '../errors/error-classes.js'
import { STEP, STEP_BYTES, type Steps } from '../event-loop/steps.js'
import { VALUE_DEPTH } from '../generated/limits.js'
import { LONG, type Reader } from './reader.js'
import { ARRAY, BOOL, BYTES, FLOAT, INT, NIL, OBJECT, STR } from './value-variants.js'

/** A float of Lua's that JavaScript would take for an integer. */
export class WholeFloat {
  constructor(readonly value: number) {}
}

/** An array or object that is being read. */
interface Level {
  readonly into: unknown[] | Record<string, unknown>
  left: number
}

/**
 * Reads one value, whose nil is undefined; with `exact`, whole floats are WholeFloats. Throws a
 * ProtocolError for invalid bytes.
 */
export function* readValue(from: Reader, exact: boolean): Steps<unknown> {
  const levels: Level[] = []
  let level: Level | undefined
  let root: unknown
  for (let work = 1; ; work++) {
    if (work > STEP) {
      work = 0
      yield
    }
    const into = level?.into
    const key = into && !Array.isArray(into) ? from.str() : ''
    const kind = from.varint(32)
    let value: unknown
    let entered: Level | null = null
    if (kind === INT) value = from.int()
    else if (kind === STR) {
      const length = from.count()
      work += length / STEP_BYTES
      value = length > LONG ? yield* from.longText(length) : from.text(length)
    } else if (kind === ARRAY || kind === OBJECT) {
      value = kind === ARRAY ? [] : {}
      entered = { into: value as Level['into'], left: from.count() }
    } else if (kind === FLOAT) {
      value = from.f64()
      if (exact && Number.isSafeInteger(value)) value = new WholeFloat(value as number)
    } else if (kind === BOOL) value = from.flag('a boolean')
    else if (kind === BYTES) value = from.bytes()
    else if (kind === NIL) value = level ? null : undefined
    else throw new ProtocolError(`Value has no variant ${kind}`)

    if (!into) root = value
    else if (Array.isArray(into)) into.push(value)
    else put(into, key, value)
    if (entered) {
      if (levels.length === VALUE_DEPTH) throw new ProtocolError(`a value nests deeper than ${VALUE_DEPTH} levels`)
      levels.push(entered)
    }
    for (level = levels.at(-1); level?.left === 0; level = levels.at(-1)) levels.pop()
    if (!level) return root
    level.left--
  }
}

/** A plain assignment to `__proto__` would set the prototype. */
export function put(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}
