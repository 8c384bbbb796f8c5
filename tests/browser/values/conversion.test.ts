import fc from 'fast-check'
import { ValueError } from 'pubwiki-lua'
import { decode, type EncodedValue } from '../../../host-js/src/codec/schema-codec.js'
import { ValueError as UnitValueError } from '../../../host-js/src/errors/error-classes.js'
import { fromJsonText, toJsonText } from '../../../host-js/src/values/json-text.js'
import { toWireValue } from '../../../host-js/src/values/wire-value.js'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { crossing } from '../support/crossing.js'
import { failureOf } from '../support/failure-of.js'

class Point {
  x = 1
}

const cycle: { items: unknown[] } = { items: [] }
cycle.items.push(1, { owner: cycle })

/** What cannot cross to Lua, and where it is. */
const refused: ReadonlyArray<readonly [name: string, value: unknown, path: string]> = [
  ['a function', () => 1, 'value'],
  ['a function within', { items: [0, 1, 2, { owner: () => 1 }] }, 'value.items[3].owner'],
  ['a symbol', [Symbol('s')], 'value[0]'],
  ['a symbol as a key', { a: { [Symbol('s')]: 1 } }, 'value.a'],
  ['a class instance', { point: new Point() }, 'value.point'],
  ['a date', { at: new Date(0) }, 'value.at'],
  ['a map', new Map(), 'value'],
  ['an error', [new Error('e')], 'value[0]'],
  ['a promise', Promise.resolve(1), 'value'],
  ['an ArrayBuffer', new ArrayBuffer(1), 'value'],
  ['other typed arrays', new Float64Array(1), 'value'],
  ['a lone surrogate', { text: 'a\ud800' }, 'value.text'],
  ['a lone surrogate as a key', { a: { '\udc00': 1 } }, 'value.a'],
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is refused.
  ['a hole in an array', [1, , 3], 'value[1]'],
  ['undefined in an array', [undefined], 'value[0]'],
  ['a BigInt of 65 bits', [2n ** 63n], 'value[0]'],
  ['a cycle', cycle, 'value.items[1].owner'],
  ['a key that is not a name', { 'two words': () => 1 }, 'value["two words"]'],
  ['what nests deeper than 128', deep(129), `value${'[0]'.repeat(128)}`],
]

function deep(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>(inner => [inner], 1)
}

describe('a value that cannot cross', () => {
  for (const [name, value, path] of refused) {
    it(`is a ValueError with its path: ${name}`, () => {
      expect(() => toWireValue(value, 'value')).toThrow(UnitValueError)
      try {
        toWireValue(value, 'value')
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_VALUE', path })
      }
    })
  }
})

describe('numbers', () => {
  it('are integers in Lua within ±(2^53−1), BigInts always, and floats otherwise', () => {
    const wire = (value: unknown) => decode('Value', (toWireValue(value, 'value') as unknown as EncodedValue).bytes)

    expect(wire(1)).toStrictEqual({ Int: 1n })
    expect(wire(2 ** 53 - 1)).toStrictEqual({ Int: 2n ** 53n - 1n })
    expect(wire(1 - 2 ** 53)).toStrictEqual({ Int: 1n - 2n ** 53n })
    expect(wire(2 ** 53)).toStrictEqual({ Float: 2 ** 53 })
    expect(wire(-0)).toStrictEqual({ Float: -0 })
    expect(wire(1n)).toStrictEqual({ Int: 1n })
  })
})

describe('a stored value', () => {
  it('keeps floats apart from integers', () => {
    const texts = [1, -0, 0.5, 1e300, 2 ** 53, 5e-324].map(value => toJsonText(value, 'value'))

    expect(texts).toEqual(['1', '-0.0', '0.5', '1e+300', '9007199254740992.0', '5e-324'])
  })

  it('is refused with its path when JSON cannot hold it', () => {
    const wrong: Array<[unknown, string]> = [
      [{ a: [Number.NaN] }, 'value.a[0]'],
      [[Number.POSITIVE_INFINITY], 'value[0]'],
      [{ a: 2n ** 53n }, 'value.a'],
      [{ a: new Uint8Array(1) }, 'value.a'],
      [new Date(0), 'value'],
    ]
    for (const [value, path] of wrong) {
      expect(() => toJsonText(value, 'value')).toThrow(expect.objectContaining({ code: 'INVALID_VALUE', path }))
    }
  })

  it('reads as it was written, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
        expect(fromJsonText(toJsonText(value, 'value'))).toStrictEqual(value)
      }),
    )
  })
})

describe('values through Lua', () => {
  const echo = async (value: unknown) => {
    const runner = await start()
    return (await runner.run('return ...', { scriptId: 'main', args: [value] })).values[0]
  }
  const lua = async (code: string) => (await (await start()).run(code, { scriptId: 'main' })).values

  it('come back as they went', async () => {
    const runner = await start()
    await fc.assert(
      fc.asyncProperty(fc.array(crossing, { maxLength: 5 }), async args => {
        const { values } = await runner.run('return ...', { scriptId: 'main', args })
        expect(values).toStrictEqual(args)
      }),
      { numRuns: 200 },
    )
  })

  it('keep __proto__ as a key like another', async () => {
    const value: unknown = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}')
    const back = await echo(value)

    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    expect(Object.entries(back as object).sort()).toEqual([
      ['__proto__', { polluted: true }],
      ['a', 1],
    ])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('are numbers where JavaScript can hold them, and BigInts beyond', async () => {
    expect(await lua('return 1, 1.0, 1 << 53, math.mininteger, 2^53, 0.1, -0.0, 1/0')).toStrictEqual([
      1,
      1,
      2n ** 53n,
      -(2n ** 63n),
      2 ** 53,
      0.1,
      -0,
      Infinity,
    ])
  })

  it('have null within for json.null, and undefined for nil', async () => {
    expect(await lua('return nil, {json.null, 1}, {a = json.null}, json.null, nil')).toStrictEqual([
      undefined,
      [null, 1],
      { a: null },
      undefined,
      undefined,
    ])
  })

  it('are strings where they are UTF-8, and bytes otherwise', async () => {
    expect(await lua(String.raw`return "h\u{e9}llo\0", "\xff\xfe", ""`)).toStrictEqual([
      'héllo\0',
      Uint8Array.of(255, 254),
      '',
    ])
  })

  it('tell an empty array from an empty object when they came as one', async () => {
    expect(await echo([{}, []])).toStrictEqual([{}, []])
    expect(await lua('return {}, json.array()')).toStrictEqual([{}, []])
  })

  it('refuse what is only Lua with its path', async () => {
    const runner = await start()
    const wrong: Array<[code: string, path: string]> = [
      ['print', 'result 1'],
      ['1, {items = {1, 2, {owner = print}}}', 'result 2.items[3].owner'],
      ['{1, nil, 3}', 'result 1'],
      ['{1, x = 2}', 'result 1'],
      ['{[1.5] = 1}', 'result 1'],
      ['coroutine.create(print)', 'result 1'],
      ['(function() local t = {} t.t = t return t end)()', 'result 1.t'],
    ]
    for (const [code, path] of wrong) {
      const failure = await failureOf(runner.run(`return ${code}`, { scriptId: 'main' }))
      expect(failure).toBeInstanceOf(ValueError)
      expect(failure).toMatchObject({ path })
    }
  })

  it('are refused as arguments with their path, before anything runs', async () => {
    const runner = await start()
    const run = runner.run('return 1', { scriptId: 'main', args: [1, { a: () => 1 }] })

    await expect(run).rejects.toMatchObject({ code: 'INVALID_VALUE', path: 'args[1].a' })
  })
})
