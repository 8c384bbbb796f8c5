/**
 * Encodes and decodes by the generated schema: a codec is made for each named type when it
 * is first met, so that a message costs no interpretation.
 */

import { ProtocolError } from '../errors/error-classes.js'
import { atOnce } from '../event-loop/steps.js'
import { type Container, containers, type Fields, type Format, type Variant } from '../generated/schema.js'
import { Reader, type ValueForm } from './reader.js'
import { readValue } from './value-reader.js'
import { Writer } from './writer.js'

/**
 * How deep named types may nest: values at their limit of 128, in the deepest message. The
 * stack of neither side can overflow.
 */
const MAX_DEPTH = 160

/** Writes and reads one type. */
export interface Codec {
  write(out: Writer, value: unknown, depth: number): void
  read(from: Reader, depth: number): unknown
}

const named = new Map<string, Codec>()

/** Encodes a value of the named type. Throws a ProtocolError when it is none. */
export function encode(type: string, value: unknown): Uint8Array<ArrayBuffer> {
  const out = new Writer()
  byName(type).write(out, value, 0)
  return out.finish()
}

/** Decodes exactly one value of the named type. Throws a ProtocolError when the bytes are none. */
export function decode(type: string, bytes: Uint8Array, values?: ValueForm): unknown {
  const from = new Reader(bytes, values)
  const value = byName(type).read(from, 0)
  from.end()
  return value
}

function byName(name: string): Codec {
  const known = named.get(name)
  if (known) return known
  const container = containers[name]
  if (!container) throw new ProtocolError(`the protocol has no type ${name}`)
  const inner = name === 'Value' ? ofValue(ofContainer(name, container)) : ofContainer(name, container)
  const codec: Codec = {
    write: (out, value, depth) => inner.write(out, value, deeper(depth)),
    read: (from, depth) => inner.read(from, deeper(depth)),
  }
  named.set(name, codec)
  return codec
}

function deeper(depth: number): number {
  if (depth >= MAX_DEPTH) throw new ProtocolError(`a message nests deeper than ${MAX_DEPTH} levels`)
  return depth + 1
}

/** A value in its form on the wire, where the protocol has a `Value`. */
export class EncodedValue {
  constructor(readonly bytes: Uint8Array) {}
}

function ofValue(wire: Codec): Codec {
  return {
    write(out, value, depth) {
      if (value instanceof EncodedValue) out.raw(value.bytes)
      else wire.write(out, value, depth)
    },
    read: (from, depth) =>
      from.values === 'wire' ? wire.read(from, depth) : atOnce(readValue(from, from.values === 'exact')),
  }
}

function ofContainer(name: string, container: Container): Codec {
  return typeof container === 'object' && 'enum' in container
    ? ofEnum(name, container.enum)
    : ofVariant(name, container)
}

function ofVariant(name: string, variant: Variant): Codec {
  if (variant === 'unit') return ofFormat(name, 'unit')
  if ('newtype' in variant) return ofFormat(name, variant.newtype)
  if ('tuple' in variant) return ofFormat(name, { tuple: variant.tuple })
  return ofFields(name, variant.struct)
}

function ofFields(name: string, fields: Fields): Codec {
  const codecs = fields.map(([field, format]) => [field, ofFormat(`${name}.${field}`, format)] as const)
  return {
    write(out, value, depth) {
      if (!isObject(value)) throw wrong(name, 'an object', value)
      for (const [field, codec] of codecs) codec.write(out, value[field], depth)
    },
    read(from, depth) {
      const value: Record<string, unknown> = {}
      for (const [field, codec] of codecs) value[field] = codec.read(from, depth)
      return value
    },
  }
}

/** Externally tagged: a variant without content is its name, another an object of that one key. */
function ofEnum(name: string, variants: ReadonlyArray<readonly [string, Variant]>): Codec {
  const codecs = variants.map(([variant, content], index) => ({
    index,
    variant,
    codec: content === 'unit' ? null : ofVariant(`${name}.${variant}`, content),
  }))
  const byVariant = new Map(codecs.map(entry => [entry.variant, entry]))
  return {
    write(out, value, depth) {
      const tag = typeof value === 'string' ? value : isObject(value) ? Object.keys(value)[0] : undefined
      const entry = tag === undefined ? undefined : byVariant.get(tag)
      if (!entry || (entry.codec === null) !== (typeof value === 'string'))
        throw wrong(name, 'one of its variants', value)
      out.varint(entry.index)
      if (entry.codec && isObject(value)) entry.codec.write(out, value[entry.variant], depth)
    },
    read(from, depth) {
      const index = from.varint(32)
      const entry = codecs[index]
      if (!entry) throw new ProtocolError(`${name} has no variant ${index}`)
      return entry.codec ? { [entry.variant]: entry.codec.read(from, depth) } : entry.variant
    },
  }
}

function ofFormat(name: string, format: Format): Codec {
  if (typeof format === 'string') return primitives[format](name)
  if ('ref' in format) {
    // Types may hold themselves: look them up when they are met.
    let codec: Codec | undefined
    const found = () => (codec ??= byName(format.ref))
    return {
      write: (out, value, depth) => found().write(out, value, depth),
      read: (from, depth) => found().read(from, depth),
    }
  }
  if ('option' in format) return ofOption(name, ofFormat(name, format.option))
  if ('seq' in format) return ofSequence(name, ofFormat(`${name}[]`, format.seq))
  return ofTuple(
    name,
    format.tuple.map((item, index) => ofFormat(`${name}[${index}]`, item)),
  )
}

function ofOption(name: string, inner: Codec): Codec {
  return {
    write(out, value, depth) {
      out.u8(value === null ? 0 : 1)
      if (value !== null) inner.write(out, value, depth)
    },
    read: (from, depth) => (from.flag(`the option ${name}`) ? inner.read(from, depth) : null),
  }
}

function ofSequence(name: string, inner: Codec): Codec {
  return {
    write(out, value, depth) {
      if (!Array.isArray(value)) throw wrong(name, 'an array', value)
      out.varint(value.length)
      for (const item of value) inner.write(out, item, depth)
    },
    read(from, depth) {
      const items: unknown[] = []
      for (let left = from.count(); left > 0; left--) items.push(inner.read(from, depth))
      return items
    },
  }
}

function ofTuple(name: string, inner: readonly Codec[]): Codec {
  return {
    write(out, value, depth) {
      if (!Array.isArray(value) || value.length !== inner.length)
        throw wrong(name, `an array of ${inner.length}`, value)
      inner.forEach((codec, index) => {
        codec.write(out, value[index], depth)
      })
    },
    read: (from, depth) => inner.map(codec => codec.read(from, depth)),
  }
}

/** Makes the codec of a primitive; `name` says in errors which one it is. */
type Primitive = (name: string) => Codec

/** The codecs of primitives. */
export const primitives: Record<Extract<Format, string>, Primitive> = {
  unit: () => ({ write: () => undefined, read: () => null }),
  bool: name => ({
    write(out, value) {
      if (typeof value !== 'boolean') throw wrong(name, 'a boolean', value)
      out.u8(value ? 1 : 0)
    },
    read: from => from.flag(`the boolean ${name}`),
  }),
  u8: name => ({ write: (out, value) => out.u8(unsigned(name, 8, value)), read: from => from.u8() }),
  u16: name => ({ write: (out, value) => out.varint(unsigned(name, 16, value)), read: from => from.varint(16) }),
  u32: name => ({ write: (out, value) => out.varint(unsigned(name, 32, value)), read: from => from.varint(32) }),
  u64: name => ({
    write(out, value) {
      if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value)
        throw wrong(name, 'a BigInt of 64 bits', value)
      out.bigVarint(value)
    },
    read: from => from.u64(),
  }),
  i64: name => ({
    write(out, value) {
      if (typeof value !== 'bigint') throw wrong(name, 'a BigInt', value)
      out.i64(value)
    },
    read: from => from.i64(),
  }),
  f64: name => ({
    write(out, value) {
      if (typeof value !== 'number') throw wrong(name, 'a number', value)
      out.f64(value)
    },
    read: from => from.f64(),
  }),
  str: name => ({
    write(out, value) {
      if (typeof value !== 'string') throw wrong(name, 'a string', value)
      out.str(value)
    },
    read: from => from.str(),
  }),
  bytes: name => ({
    write(out, value) {
      if (!(value instanceof Uint8Array)) throw wrong(name, 'a Uint8Array', value)
      out.bytes(value)
    },
    read: from => from.bytes(),
  }),
}

function unsigned(name: string, bits: number, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= 2 ** bits) {
    throw wrong(name, `an integer between 0 and 2^${bits}`, value)
  }
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function wrong(name: string, expected: string, value: unknown): ProtocolError {
  return new ProtocolError(`${name} is not ${expected} but of type ${value === null ? 'null' : typeof value}`)
}
