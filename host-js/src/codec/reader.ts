import { ProtocolError } from '../errors/error-classes.js'
import type { Steps } from '../event-loop/steps.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Up to here a loop beats the call of a decoder. */
const SHORT = 64
/** Longer texts are decoded in steps of so many bytes. */
export const LONG = 128 * 1024

/**
 * A `Value` as the protocol's type, as JavaScript's value for it, or as that with whole floats told
 * from integers.
 */
export type ValueForm = 'wire' | 'plain' | 'exact'

/** Reads postcard's primitives. Throws a ProtocolError for invalid bytes. */
export class Reader {
  readonly #bytes: Uint8Array
  /** How values are read. */
  readonly values: ValueForm
  #view: DataView | null = null
  #at = 0

  constructor(bytes: Uint8Array, values: ValueForm = 'wire') {
    this.#bytes = bytes
    this.values = values
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new ProtocolError(`a message of ${this.#bytes.length} bytes ends too early`)
    this.#at++
    return byte
  }

  /** An unsigned integer below 2^`bits`, at most 2^32. */
  varint(bits: 16 | 32): number {
    const first = this.u8()
    if (first < 128) return first
    const last = Math.ceil(bits / 7) - 1
    let value = first & 127
    for (let index = 1; index <= last; index++) {
      const byte = this.u8()
      value += (byte & 127) * 2 ** (7 * index)
      if (byte < 128) {
        if (value < 2 ** bits) return value
        break
      }
    }
    throw new ProtocolError(`a number does not fit ${bits} bits`)
  }

  /** An unsigned integer below 2^64. */
  u64(): bigint {
    let small = 0
    for (let index = 0; index < 7; index++) {
      const byte = this.u8()
      small += (byte & 127) * 2 ** (7 * index)
      if (byte < 128) return BigInt(small)
    }
    let value = BigInt(small)
    for (let index = 7n; index < 10n; index++) {
      const byte = this.u8()
      value |= BigInt(byte & 127) << (7n * index)
      if (byte < 128) {
        if (value < 1n << 64n) return value
        break
      }
    }
    throw new ProtocolError('a number does not fit 64 bits')
  }

  i64(): bigint {
    const zigzag = this.u64()
    return zigzag & 1n ? -(zigzag >> 1n) - 1n : zigzag >> 1n
  }

  f64(): number {
    this.#need(8)
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    const value = this.#view.getFloat64(this.#at, true)
    this.#at += 8
    return value
  }

  /** One byte, 0 or 1. */
  flag(what: string): boolean {
    const byte = this.u8()
    if (byte > 1) throw new ProtocolError(`${what} begins with byte ${byte}`)
    return byte === 1
  }

  /** A copy, so that no caller keeps the whole message alive or sees other bytes of it. */
  bytes(): Uint8Array {
    return this.#take(this.varint(32)).slice()
  }

  /** An i64: a number where that is exact. */
  int(): number | bigint {
    const first = this.u8()
    if (first < 128) return (first >>> 1) ^ -(first & 1)
    const begin = this.#at - 1
    // 28 bits, and 21 more.
    let zigzag = first & 127
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.u8()
      zigzag |= (byte & 127) << shift
      if (byte < 128) return (zigzag >>> 1) ^ -(zigzag & 1)
    }
    let high = 0
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.u8()
      high |= (byte & 127) << shift
      if (byte < 128) {
        const half = high * 2 ** 27 + (zigzag >>> 1)
        return zigzag & 1 ? -half - 1 : half
      }
    }
    this.#at = begin
    const value = this.i64()
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }

  str(): string {
    return this.text(this.count())
  }

  /** A string of so many bytes. */
  text(length: number): string {
    const ascii = length <= SHORT ? this.#ascii(length) : null
    return ascii ?? this.#decoded(decoder, length)
  }

  /** The same in steps. */
  *longText(length: number): Steps<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const parts: string[] = []
    for (let left = length; left > 0; left -= LONG) {
      parts.push(this.#decoded(decoder, Math.min(left, LONG), left > LONG))
      yield
    }
    return parts.join('')
  }

  /** The length of a sequence. Items take at least a byte, so it is bounded by what is left. */
  count(): number {
    const count = this.varint(32)
    this.#need(count)
    return count
  }

  /** Throws when something is left. */
  end(): void {
    if (this.left > 0) throw new ProtocolError(`a message is followed by ${this.left} stray bytes`)
  }

  /** The next bytes, or null when they are not ASCII. */
  #ascii(length: number): string | null {
    const end = this.#at + length
    let text = ''
    for (let at = this.#at; at < end; at++) {
      const byte = this.#bytes[at]
      if (byte === undefined || byte > 127) return null
      text += String.fromCharCode(byte)
    }
    this.#at = end
    return text
  }

  #decoded(decoder: TextDecoder, length: number, stream = false): string {
    const bytes = this.#take(length)
    try {
      return decoder.decode(bytes, { stream })
    } catch {
      throw new ProtocolError(`a string of ${bytes.length} bytes is not UTF-8`)
    }
  }

  #take(count: number): Uint8Array {
    this.#need(count)
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  #need(count: number): void {
    if (count > this.left) {
      throw new ProtocolError(`a message of ${this.#bytes.length} bytes ends ${count - this.left} bytes too early`)
    }
  }
}
