/** Decodes by the generated schema in steps, as `schema-codec.ts` does at once: what is large would block the page. */

import { ProtocolError } from '../errors/error-classes.js'
import type { Steps } from '../event-loop/steps.js'
import { containers, type Fields, type Format, type Variant } from '../generated/schema.js'
import { LONG, Reader, type ValueForm } from './reader.js'
import { primitives } from './schema-codec.js'
import { readValue } from './value-reader.js'

/** How many bytes of a sequence are read in a step. */
const STEP_BYTES = 16 * 1024

/** Decodes exactly one value of the named type. Throws a ProtocolError when the bytes are none. */
export function* decodeInSteps(type: string, bytes: Uint8Array, values: ValueForm): Steps<unknown> {
  const from = new Reader(bytes, values)
  const value = yield* ofNamed(type, from)
  from.end()
  return value
}

function* ofNamed(name: string, from: Reader): Steps<unknown> {
  if (name === 'Value') return yield* readValue(from, from.values === 'exact')
  const container = containers[name]
  if (!container) throw new ProtocolError(`the protocol has no type ${name}`)
  if (typeof container !== 'object' || !('enum' in container)) return yield* ofContent(name, container, from)
  const index = from.varint(32)
  const variant = container.enum[index]
  if (!variant) throw new ProtocolError(`${name} has no variant ${index}`)
  return variant[1] === 'unit' ? variant[0] : { [variant[0]]: yield* ofContent(name, variant[1], from) }
}

function* ofContent(name: string, variant: Variant, from: Reader): Steps<unknown> {
  if (variant === 'unit') return null
  if ('newtype' in variant) return yield* ofFormat(name, variant.newtype, from)
  if ('tuple' in variant) return yield* ofFormat(name, variant, from)
  return yield* ofFields(name, variant.struct, from)
}

function* ofFields(name: string, fields: Fields, from: Reader): Steps<unknown> {
  const value: Record<string, unknown> = {}
  for (const [field, inner] of fields) value[field] = yield* ofFormat(`${name}.${field}`, inner, from)
  return value
}

function* ofFormat(name: string, format: Format, from: Reader): Steps<unknown> {
  if (format === 'str') {
    const length = from.count()
    return length > LONG ? yield* from.longText(length) : from.text(length)
  }
  if (typeof format === 'string') return primitives[format](name).read(from, 0)
  if ('ref' in format) return yield* ofNamed(format.ref, from)
  if ('option' in format) return from.flag(`the option ${name}`) ? yield* ofFormat(name, format.option, from) : null
  const items: unknown[] = []
  if ('tuple' in format) {
    for (const item of format.tuple) items.push(yield* ofFormat(name, item, from))
    return items
  }
  let stepEnds = from.left - STEP_BYTES
  for (let left = from.count(); left > 0; left--) {
    items.push(yield* ofFormat(name, format.seq, from))
    if (from.left > stepEnds) continue
    stepEnds = from.left - STEP_BYTES
    yield
  }
  return items
}
