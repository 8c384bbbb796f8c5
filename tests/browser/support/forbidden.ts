/** Values that may not cross, anywhere within values that may. */

import fc from 'fast-check'

/** A way into a value: how many items stand before, or a field's name. */
const step = fc.oneof(
  fc.nat({ max: 4 }),
  fc.stringMatching(/^[a-z_][a-zA-Z0-9_]{0,8}$/).filter(name => !LUA_WORDS.has(name)),
)
const way = fc.array(step, { maxLength: 6 })

const LUA_WORDS = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
)

class Point {
  x = 1
}

const inJs: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  () => 1,
  Symbol('s'),
  new Point(),
  new Date(0),
  new Map(),
  new Error('e'),
  Promise.resolve(1),
  new Float64Array(1),
  'a\ud800',
  2n ** 63n,
)

const inLua = fc.constantFrom(
  'print',
  'function() end',
  'coroutine.create(print)',
  '{1, nil, 3}',
  '{1, x = 2}',
  '{x = 2, 1}',
  '{[1.5] = 1}',
  '{[0] = 1}',
  '{[true] = 1}',
  String.raw`{["\xff"] = 1}`,
)

function pathOf(way: ReadonlyArray<number | string>, first: number): string {
  return way.map(step => (typeof step === 'number' ? `[${step + first}]` : `.${step}`)).join('')
}

/** A JavaScript value that may not cross, and where in it the reason is. */
export const forbiddenInJs = fc.tuple(way, inJs).map(([way, reason]) => ({
  value: way.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [...Array(step).keys(), inner] : { before: 1, [step]: inner }),
    reason,
  ),
  path: pathOf(way, 0),
}))

/** A Lua expression whose value may not cross, and where in it the reason is. */
export const forbiddenInLua = fc.tuple(way, inLua).map(([way, reason]) => ({
  code: way.reduceRight<string>(
    (inner, step) =>
      typeof step === 'number' ? `{${'0, '.repeat(step)}${inner}}` : `{before = 1, ${step} = ${inner}}`,
    reason,
  ),
  path: pathOf(way, 1),
}))
