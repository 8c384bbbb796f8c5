/** Stored values: JSON text, in which a float stays a float. */

import type { Value } from './generated/protocol.js'
import { ValueError } from './errors.js'
import { atIndex, atKey } from './value-path.js'
import { toValue } from './values.js'

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * The JSON text of a value to store. Throws a ValueError, its path beginning with `path`, for
 * what cannot be stored: beside what cannot cross, bytes, NaN, infinities, and integers beyond
 * ±(2^53−1).
 */
export function toStored(value: unknown, path: string): string {
  return valueToStored(toValue(value, path), path)
}

/** What JSON text holds. Throws a SyntaxError for other text. */
export function fromStored(text: string): unknown {
  return JSON.parse(text)
}

/** The JSON text of a value that has crossed. Throws as [`toStored`]. */
export function valueToStored(value: Value, path: string): string {
  if (value === 'Nil') return 'null'
  if ('Bool' in value) return String(value.Bool)
  if ('Int' in value) {
    if (value.Int > SAFE || value.Int < -SAFE) throw refusal(path, 'an integer beyond 2^53 cannot be stored')
    return String(value.Int)
  }
  if ('Float' in value) return floatText(value.Float, path)
  if ('Str' in value) return JSON.stringify(value.Str)
  if ('Bytes' in value) throw refusal(path, 'bytes cannot be stored, only strings of UTF-8')
  if ('Array' in value) return `[${value.Array.map((item, index) => valueToStored(item, atIndex(path, index))).join(',')}]`
  return `{${value.Object.map(([key, field]) => `${JSON.stringify(key)}:${valueToStored(field, atKey(path, key))}`).join(',')}}`
}

function floatText(value: number, path: string): string {
  if (!Number.isFinite(value)) throw refusal(path, `${value} cannot be stored`)
  if (Object.is(value, -0)) return '-0.0'
  const text = String(value)
  return /[.e]/.test(text) ? text : `${text}.0`
}

function refusal(path: string, what: string): ValueError {
  return new ValueError(`${path}: ${what}`, { path })
}
