/** Values between JavaScript and the protocol's `Value`, by the rules of the README's table. */

import type { Value } from './generated/protocol.js'
import { isWellFormed } from './codec/writer.js'
import { ValueError } from './errors.js'
import { atIndex, atKey } from './value-path.js'

/** How deep arrays and objects may nest. */
const MAX_DEPTH = 128

/**
 * Makes a `Value` of what is to cross to Lua. Throws a ValueError, its path beginning with
 * `path`, for what cannot: functions, symbols, class instances, cycles, lone surrogates,
 * holes in arrays, BigInts over 64 bits, and nesting deeper than 128.
 */
export function toValue(value: unknown, path: string): Value {
  return convert(value, path, [])
}

/** What arrived from Lua. */
export function fromValue(value: Value): unknown {
  return value === 'Nil' ? undefined : inner(value)
}

function convert(value: unknown, path: string, within: object[]): Value {
  switch (typeof value) {
    case 'undefined':
      return 'Nil'
    case 'boolean':
      return { Bool: value }
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? { Int: BigInt(value) } : { Float: value }
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) throw refusal(path, 'a BigInt that does not fit 64 bits cannot cross')
      return { Int: value }
    case 'string':
      return { Str: checkText(value, path) }
    case 'object':
      return value === null ? 'Nil' : convertObject(value, path, within)
    default:
      throw refusal(path, `a ${typeof value} cannot cross`)
  }
}

function convertObject(value: object, path: string, within: object[]): Value {
  if (value instanceof Uint8Array) return { Bytes: value }
  if (within.includes(value)) throw refusal(path, 'an object that holds itself cannot cross')
  if (within.length === MAX_DEPTH) throw refusal(path, `it nests deeper than ${MAX_DEPTH} levels`)
  within.push(value)
  const converted = Array.isArray(value) ? convertArray(value, path, within) : convertPlain(value, path, within)
  within.pop()
  return converted
}

function convertArray(items: readonly unknown[], path: string, within: object[]): Value {
  return {
    Array: Array.from(items, (item, index) => {
      if (item === undefined) throw refusal(atIndex(path, index), 'undefined cannot stand in an array; null can')
      return convert(item, atIndex(path, index), within)
    }),
  }
}

function convertPlain(value: object, path: string, within: object[]): Value {
  if (!isPlain(value)) throw refusal(path, `an instance of ${className(value)} cannot cross`)
  if (Object.getOwnPropertySymbols(value).length > 0) throw refusal(path, 'an object with a symbol as a key cannot cross')
  const fields: Array<[string, Value]> = []
  for (const [key, field] of Object.entries(value)) {
    // As in Lua, a field that is nil is not there.
    if (field !== undefined) fields.push([checkText(key, path), convert(field, atKey(path, key), within)])
  }
  return { Object: fields }
}

function checkText(text: string, path: string): string {
  if (!isWellFormed(text)) throw refusal(path, 'a string with a lone surrogate has no UTF-8 form')
  return text
}

/** Whether it is `{}` of this or another realm, or has no prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty'))
}

function className(value: object): string {
  const { constructor } = value
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'a class'
}

function inner(value: Value): unknown {
  if (value === 'Nil') return null
  if ('Bool' in value) return value.Bool
  if ('Int' in value) {
    const number = Number(value.Int)
    return Number.isSafeInteger(number) ? number : value.Int
  }
  if ('Float' in value) return value.Float
  if ('Str' in value) return value.Str
  if ('Bytes' in value) return value.Bytes
  if ('Array' in value) return value.Array.map(inner)
  const object: Record<string, unknown> = {}
  for (const [key, field] of value.Object) {
    // A plain assignment to `__proto__` would set the prototype.
    if (key === '__proto__') {
      Object.defineProperty(object, key, { value: inner(field), writable: true, enumerable: true, configurable: true })
    } else {
      object[key] = inner(field)
    }
  }
  return object
}

function refusal(path: string, what: string): ValueError {
  return new ValueError(`${path}: ${what}`, { path })
}
