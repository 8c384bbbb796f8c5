/** Lua expressions, and the values that they are to be in JavaScript. */

import fc from 'fast-check'
import { bytes, text } from './crossing.js'

/** An expression and its value. */
export interface LuaSource {
  code: string
  value: unknown
}

const constant = (code: string, value: unknown) => fc.constant<LuaSource>({ code, value })

/** A string literal, byte by byte. */
function quoted(content: Uint8Array): string {
  return `"${Array.from(content, byte => `\\${String(byte).padStart(3, '0')}`).join('')}"`
}

const utf8 = (content: string) => quoted(new TextEncoder().encode(content))

/** Hexadecimal, which wraps around where a decimal literal becomes a float. */
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(value => ({
  code: `0x${BigInt.asUintN(64, value).toString(16)}`,
  value: Number.isSafeInteger(Number(value)) ? Number(value) : value,
}))

/** By its bits. */
const float = fc.double().map(value => ({
  code: `(string.unpack("<d", ${quoted(new Uint8Array(Float64Array.of(value).buffer))}))`,
  value,
}))

const leaf: fc.Arbitrary<LuaSource> = fc.oneof(
  constant('true', true),
  constant('false', false),
  constant('{}', {}),
  constant('json.array()', []),
  integer,
  fc.maxSafeInteger().map(value => ({ code: `(${value})`, value })),
  float,
  text.map(value => ({ code: utf8(value), value })),
  bytes.map(value => ({ code: quoted(value), value })),
)

function sequence(items: LuaSource[]): LuaSource {
  return { code: `{${items.map(({ code }) => code).join(', ')}}`, value: items.map(({ value }) => value) }
}

function table(fields: Array<[string, LuaSource]>): LuaSource {
  const code = fields.map(([key, item]) => `[${utf8(key)}] = ${item.code}`)
  return { code: `{${code.join(', ')}}`, value: Object.fromEntries(fields.map(([key, { value }]) => [key, value])) }
}

const fieldsOf = (item: fc.Arbitrary<LuaSource>) =>
  fc.uniqueArray(fc.tuple(text, item), { minLength: 1, maxLength: 8, selector: ([key]) => key })

/** Any expression whose value crosses to JavaScript; `json.null` stands within tables only. */
export const luaSource = fc.letrec<{ top: LuaSource; inner: LuaSource; sequence: LuaSource; table: LuaSource }>(
  tie => ({
    top: fc.oneof({ depthSize: 'small' }, constant('nil', undefined), leaf, tie('sequence'), tie('table')),
    inner: fc.oneof({ depthSize: 'small' }, constant('json.null', null), leaf, tie('sequence'), tie('table')),
    sequence: fc.array(tie('inner'), { minLength: 1, maxLength: 8 }).map(sequence),
    table: fieldsOf(tie('inner')).map(table),
  }),
).top
