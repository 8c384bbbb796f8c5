import { decode, encode } from '../../../host-js/src/codec/schema-codec.js'
import { ProtocolError } from '../../../host-js/src/errors/error-classes.js'
import fromWorker from '../../golden/from-worker.json'
import malformed from '../../golden/malformed.json'
import toWorker from '../../golden/to-worker.json'
import { describe, expect, it } from '../harness/index.js'
import { type Notation, parseHex, parseValue } from '../support/golden.js'

const frames = { ToWorker: toWorker, FromWorker: fromWorker } as const

for (const [type, vectors] of Object.entries(frames)) {
  describe(`golden vectors of ${type}`, () => {
    for (const { name, hex, value } of vectors) {
      it(`hold ${name}`, () => {
        const bytes = parseHex(hex)
        const message = parseValue(value as Notation)

        expect(decode(type, bytes)).toStrictEqual(message)
        // Bytes in a large array are compared faster as text.
        expect(String(encode(type, message)) === String(bytes)).toBe(true)
      })
    }

    it('are refused when they are cut anywhere, or followed by a byte', () => {
      for (const bytes of vectors.map(({ hex }) => parseHex(hex)).filter(({ length }) => length < 200)) {
        for (let end = 0; end < bytes.length; end++) {
          expect(() => decode(type, bytes.subarray(0, end))).toThrow(ProtocolError)
        }
        expect(() => decode(type, Uint8Array.of(...bytes, 0))).toThrow(ProtocolError)
      }
    })
  })
}

describe('malformed bytes', () => {
  for (const { name, hex } of malformed) {
    it(`are refused: ${name}`, () => {
      expect(() => decode('ToWorker', parseHex(hex))).toThrow(ProtocolError)
    })
  }
})
