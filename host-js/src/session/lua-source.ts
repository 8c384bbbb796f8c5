/** The source of scripts and modules. */

import { describe, wrong } from '../checks/options.js'
import { isWellFormed } from '../codec/writer.js'
import { ValueError } from '../errors/error-classes.js'

/** Lua source: text, which is sent as UTF-8, or bytes. */
export type Source = string | Uint8Array

/** Lua source as bytes. Throws an ArgumentError with `path` for another type, and a ValueError for a lone surrogate. */
export function toBytes(source: Source, path: string): Uint8Array {
  if (source instanceof Uint8Array) return source
  if (typeof source !== 'string') throw wrong(path, `Lua source is a string or a Uint8Array, not ${describe(source)}`)
  if (!isWellFormed(source)) throw new ValueError(`${path}: a string with a lone surrogate has no UTF-8 form`, { path })
  return new TextEncoder().encode(source)
}
