import fc from 'fast-check'
import { bytesOf, decodeFrame } from '../../../host-js/src/codec/frames.js'
import { pack } from '../../../host-js/src/codec/packing.js'
import { decode, encode } from '../../../host-js/src/codec/schema-codec.js'
import { ProtocolError, ValueError } from '../../../host-js/src/errors/error-classes.js'
import { describe, expect, it } from '../harness/index.js'

/** The bytes of a Value that nests arrays `levels` deep: Array is variant 6, with one item. */
function nested(levels: number): Uint8Array {
  return Uint8Array.from({ length: 2 * levels + 1 }, (_, index) => (index === 2 * levels ? 0 : index % 2 === 0 ? 6 : 1))
}

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(model, { noNullPrototype: true })

describe('the codec', () => {
  it('gives back any bytes as a message, or refuses them with a ProtocolError', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.constantFrom('ToWorker', 'FromWorker', 'Value'),
        (bytes, type) => {
          try {
            encode(type, decode(type, bytes))
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('carries any value there and back', () => {
    const value = fc.letrec(tie => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant('Nil'),
        record({ Bool: fc.boolean() }),
        record({ Int: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
        record({ Float: fc.double() }),
        record({ Str: fc.string({ unit: 'binary' }) }),
        record({ Bytes: fc.uint8Array() }),
        record({ Array: fc.array(tie('value')) }),
        record({ Object: fc.array(fc.tuple(fc.string({ unit: 'binary' }), tie('value'))) }),
      ),
    })).value
    fc.assert(
      fc.property(value, value => {
        expect(decode('Value', encode('Value', value))).toStrictEqual(value)
      }),
    )
  })

  it('refuses messages that nest too deep, before the stack overflows', () => {
    const deep = Array.from({ length: 100_000 }).reduce<unknown>(inner => ({ Array: [inner] }), 'Nil')

    expect(decode('Value', nested(128))).toBeDefined()
    expect(() => decode('Value', nested(100_000))).toThrow(/nests deeper/)
    expect(() => encode('Value', deep)).toThrow(/nests deeper/)
  })

  it('refuses lengths beyond the message without reserving memory', () => {
    const giant = [0xff, 0xff, 0xff, 0xff, 0x0f]
    for (const variant of [4, 5, 6, 7]) {
      expect(() => decode('Value', Uint8Array.of(variant, ...giant, 1, 2, 3))).toThrow(/too early/)
    }
  })

  it('refuses a lone surrogate with a ValueError', () => {
    expect(() => encode('Value', { Str: 'a\ud800b' })).toThrow(ValueError)
    expect(() => encode('Value', { Str: `${'x'.repeat(1000)}\udfff` })).toThrow(ValueError)
  })

  it('refuses to encode what is not of the type', () => {
    const wrong = [
      'Other',
      { Int: 1 },
      { Bool: 1 },
      { Str: null },
      { Array: 'x' },
      { Int: 2n ** 63n },
      {},
      null,
      'Int',
      { Nil: null },
    ]
    for (const value of wrong) expect(() => encode('Value', value)).toThrow(ProtocolError)
    expect(() => encode('ToWorker', { Connected: -1 })).toThrow(ProtocolError)
    expect(() => encode('ToWorker', { Connected: 2 ** 32 })).toThrow(ProtocolError)
  })

  it('names both versions when the worker is of another release', () => {
    // ProcessOutput, handler 1, Ready, version 300, and fields that nobody knows.
    const ready = Uint8Array.of(1, 1, 0, 0xac, 0x02, 9, 9, 9)

    expect(() => decodeFrame(ready)).toThrow(/version 1 .* version 300/)
  })
})

describe('what is posted', () => {
  it('gives back the bytes of a frame of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
        expect([...(bytesOf(structuredClone(pack(bytes))) ?? [])]).toEqual([...bytes])
      }),
    )
    for (const length of [0, 256, 257, 100_000])
      expect(bytesOf(pack(new Uint8Array(length).fill(200)))).toEqual(new Uint8Array(length).fill(200))
  })

  it('is refused when it is neither bytes nor a string of bytes', () => {
    for (const posted of [null, 7, {}, [1], new ArrayBuffer(3), 'a\u0100', '\ud83d\ude00']) {
      expect(bytesOf(posted)).toBeNull()
      expect(() => decodeFrame(posted)).toThrow(ProtocolError)
    }
  })
})
