/** What is read in steps is what would be read at once, or is refused as it would be. */

import fc from 'fast-check'
import { decodeFrame, decodeFrameInSteps, laneOf } from '../../../host-js/src/codec/frames.js'
import { decode } from '../../../host-js/src/codec/schema-codec.js'
import { decodeInSteps } from '../../../host-js/src/codec/steps-codec.js'
import { WholeFloat } from '../../../host-js/src/codec/value-reader.js'
import { ProtocolError } from '../../../host-js/src/errors/error-classes.js'
import { atOnce, inTurns, type Steps } from '../../../host-js/src/event-loop/steps.js'
import type { Value } from '../../../host-js/src/generated/protocol.js'
import { parseJsonInSteps } from '../../../host-js/src/values/json-parser.js'
import { fromJsonTextInSteps, toJsonText } from '../../../host-js/src/values/json-text.js'
import { toWireValue, toWireValueInTurns } from '../../../host-js/src/values/wire-value.js'
import fromWorker from '../../golden/from-worker.json'
import toWorker from '../../golden/to-worker.json'
import { describe, expect, it } from '../harness/index.js'
import { type Notation, parseHex, parseValue } from '../support/golden.js'
import { longestTask } from '../support/longest-task.js'
import { mutate, random } from '../support/mutate.js'

/** What `read` gives, or that it throws. */
function outcome(read: () => unknown): unknown {
  try {
    return [read()]
  } catch (error) {
    return error instanceof ProtocolError || error instanceof SyntaxError ? error.name : error
  }
}

/** JavaScript's value for the protocol's, with its values within. */
function plain(message: unknown, isInner = false): unknown {
  if (message === 'Nil') return isInner ? null : undefined
  if (typeof message !== 'object' || message === null) return message
  const value = message as Exclude<Value, 'Nil'>
  if ('Bool' in value) return value.Bool
  if ('Int' in value) return Number.isSafeInteger(Number(value.Int)) ? Number(value.Int) : value.Int
  if ('Float' in value) return value.Float
  if ('Str' in value) return value.Str
  if ('Bytes' in value) return value.Bytes
  if ('Array' in value) return value.Array.map(item => plain(item, true))
  const object = {}
  for (const [key, field] of value.Object)
    Object.defineProperty(object, key, {
      value: plain(field, true),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  return object
}

describe('a message in steps', () => {
  const all = [
    ...fromWorker.map(vector => ['FromWorker', vector] as const),
    ...toWorker.map(vector => ['ToWorker', vector] as const),
  ]

  it('is what it is at once, for every golden vector', () => {
    for (const [type, { name, hex }] of all) {
      const bytes = parseHex(hex)
      if (bytes.length > 20_000) continue
      expect(atOnce(decodeInSteps(type, bytes, 'plain')), name).toStrictEqual(decode(type, bytes, 'plain'))
    }
  })

  it('holds plain values for those of the protocol', () => {
    for (const [name, value] of fromWorker.map(({ name, value }) => [name, parseValue(value as Notation)] as const)) {
      const values = (value as { ProcessOutput?: [number, { Answer?: { answer: { Run?: { values: Value[] } } } }] })
        .ProcessOutput?.[1].Answer?.answer.Run?.values
      if (
        !values ||
        JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)).length > 20_000
      )
        continue
      const { hex = '' } = fromWorker.find(vector => vector.name === name) ?? {}
      const frame = decodeFrame(parseHex(hex)) as unknown as {
        ProcessOutput: [number, { Answer: { answer: { Run: { values: unknown[] } } } }]
      }
      expect(frame.ProcessOutput[1].Answer.answer.Run.values, name).toStrictEqual(values.map(value => plain(value)))
    }
  })

  it('is refused where it would be at once', () => {
    const next = random(3)
    const good = fromWorker.map(({ hex }) => parseHex(hex)).filter(({ length }) => length < 2000)
    for (let round = 0; round < 2000; round++) {
      const bytes = mutate(good, next)
      expect(outcome(() => atOnce(decodeFrameInSteps(bytes)))).toStrictEqual(
        outcome(() => decode('FromWorker', bytes, 'plain')),
      )
      laneOf(bytes)
    }
  })

  it('is refused when its values nest too deep', () => {
    const bytes = Uint8Array.from({ length: 2001 }, (_, index) => (index === 2000 ? 0 : index % 2 === 0 ? 6 : 1))

    expect(() => atOnce(decodeInSteps('Value', bytes, 'plain'))).toThrow(/nests deeper/)
    expect(() => decode('Value', bytes, 'plain')).toThrow(/nests deeper/)
  })

  it('tells whole floats from integers, where that is asked for', () => {
    const bytes = (value: unknown) => (toWireValue(value, 'value') as unknown as { bytes: Uint8Array }).bytes
    const exact = (value: unknown) => decode('Value', bytes(value), 'exact')

    expect(exact([1, new WholeFloat(1), 0.5, 2 ** 53, -0])).toStrictEqual([
      1,
      new WholeFloat(1),
      0.5,
      2 ** 53,
      new WholeFloat(-0),
    ])
    expect(decode('Value', bytes(new WholeFloat(2)), 'plain')).toBe(2)
  })

  it('says which run, request or watch it is about', () => {
    const lanes = new Map(fromWorker.map(({ name, hex }) => [name, laneOf(parseHex(hex))]))

    expect(lanes.get('run returns true')).toBe(1)
    expect(lanes.get('worker loaded')).toBeNull()
    expect([...lanes.values()].filter(lane => lane !== null).length).toBeGreaterThan(50)
  })
})

describe('JSON in steps', () => {
  const parse = (text: string) => atOnce(parseJsonInSteps(text))

  it('is what the browser reads, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.constantFrom(0, 1, '\t'), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent)
        expect(parse(spaced)).toStrictEqual(JSON.parse(spaced))
      }),
    )
  })

  it('is what was stored', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), value => {
        expect(parse(toJsonText(value, 'value'))).toStrictEqual(value)
      }),
    )
  })

  it('is refused where the browser refuses it', () => {
    const texts = [
      '',
      ' ',
      '[',
      ']',
      '[1',
      '[1,',
      '[1,]',
      '[,1]',
      '{',
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":1,',
      '{"a":1,}',
      '{a:1}',
      '{1:1}',
      '{"a":1]',
      '[1}',
      '01',
      '1.',
      '.5',
      '+1',
      '1e',
      '-',
      '--1',
      'tru',
      'truex',
      'nul',
      '"',
      '"a',
      '"\\"',
      '"\\x"',
      '"\\u12"',
      '"\n"',
      '1 2',
      '[1] x',
      '[1 2]',
      '"a""b"',
      "'a'",
      'NaN',
      '[[]',
      '{}{}',
      '\u00a01',
      '[1,2,\u20283]',
    ]
    for (const text of texts) {
      expect(() => JSON.parse(text), text).toThrow(SyntaxError)
      expect(() => parse(text), text).toThrow(SyntaxError)
    }
    const next = random(4)
    const good = '{"a":[1,-2.5e3,true,null,"x\\n\\u00e9\\"\\\\"],"b":{"c":{},"d":[]}, "e" : false}'
    for (let round = 0; round < 3000; round++) {
      const at = Math.floor(next() * good.length)
      const text =
        good.slice(0, at) +
        ('{}[]",:\\ue0-. tn'[Math.floor(next() * 16)] ?? '') +
        good.slice(at + Math.floor(next() * 3))
      expect(
        outcome(() => parse(text)),
        text,
      ).toStrictEqual(outcome(() => JSON.parse(text)))
    }
  })

  it('reads long strings in parts, and cuts no escape', () => {
    const part = 64 * 1024
    for (const escape of ['\\n', '\\\\', '\\"', '\\u00e9', '\\ud83e\\udd80', '\u{1f980}', '\\\\\\\\\\"']) {
      for (let before = part - 14; before <= part + 2; before++) {
        const text = `["${'x'.repeat(before)}${escape.repeat(12)}${'y'.repeat(part)}",1]`
        expect(parse(text)).toStrictEqual(JSON.parse(text))
      }
    }
    for (const text of [
      `"${'x'.repeat(3 * part)}`,
      `"${'\\"'.repeat(part)}`,
      `"${'x'.repeat(2 * part)}\\`,
      `"${'\\\\'.repeat(part)}\\"`,
    ]) {
      expect(() => parse(text)).toThrow(SyntaxError)
    }
  })

  it('keeps __proto__ as a key like another', () => {
    const value = parse('{"__proto__":{"polluted":true}}')

    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value as object)).toEqual(['__proto__'])
  })
})

describe('a long text', () => {
  it('is written in parts as it would be at once, and no pair is cut', () => {
    const part = 64 * 1024
    for (let before = part - 3; before <= part + 1; before++) {
      const text = `${'x'.repeat(before)}\u{1f980}"\\\n${'\u{1f980}'.repeat(part)}`
      const { bytes } = toWireValue([text], 'value') as unknown as { bytes: Uint8Array }

      expect(decode('Value', bytes, 'plain')).toStrictEqual([text])
      expect(toJsonText({ text }, 'value')).toBe(JSON.stringify({ text }))
    }
    expect(() => toWireValue(`${'x'.repeat(2 * part)}\ud800`, 'value')).toThrow(/lone surrogate/)
  })
})

describe('work in turns', () => {
  it('lets the page do other work between', async () => {
    const text = JSON.stringify(Array.from({ length: 2e5 }, (_, at) => [at, 'x"y']))
    const { value, longest } = await longestTask(() => inTurns(fromJsonTextInSteps(text)))
    console.info(`JSON of ${text.length} characters in turns: page blocked ${longest.toFixed(0)} ms`)

    expect((value as unknown[]).length).toBe(2e5)
    expect(longest).toBeLessThan(500)
  })

  it('ends in what it throws', async () => {
    function* failing(): Steps<never> {
      yield
      throw new RangeError('enough')
    }

    await expect(inTurns(failing())).rejects.toThrow('enough')
  })

  it('walks over a value as it was when it was met', async () => {
    const value = Array.from({ length: 50_000 }, (_, at) => at)
    const encoding = toWireValueInTurns([value, 'x'.repeat(10)], 'value')
    value.length = 0
    const { bytes } = (await encoding) as unknown as { bytes: Uint8Array }
    const [items] = decode('Value', bytes, 'plain') as [unknown[]]

    expect(items.length === 0 || items.length === 50_000).toBe(true)
  })
})
