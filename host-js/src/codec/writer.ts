import { ProtocolError, ValueError } from '../errors/error-classes.js'

const encoder = new TextEncoder()
/** Below this a loop beats the call of an encoder, and the length takes one byte. */
const SHORT = 64
/** The size of a writer's first buffer, and of the largest that is kept for the next writer. */
const KEPT = 1024
/** Larger buffers are handed over without a copy. */
const LARGE = 64 * 1024
const float = new DataView(new ArrayBuffer(8))
const floatBytes = new Uint8Array(float.buffer)
/** The last writer's buffer: allocating one costs more than most messages do. */
let spare: Uint8Array<ArrayBuffer> | null = null

function fresh(): Uint8Array<ArrayBuffer> {
  const bytes = spare ?? new Uint8Array(KEPT)
  spare = null
  return bytes
}
const SAFE = BigInt(Number.MAX_SAFE_INTEGER)

/** Whether a string holds no lone surrogate, and so has a UTF-8 form. */
export function isWellFormed(text: string): boolean {
  // Engines of the portable artifact may lack the method.
  return text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text)
}

/** Writes postcard's primitives into bytes that grow. */
export class Writer {
  #bytes = fresh()
  #length = 0

  /** The bytes written. The writer cannot be used again. */
  finish(): Uint8Array<ArrayBuffer> {
    // To copy what is large takes longer than what it holds too much is worth.
    if (this.#length > LARGE) return this.#bytes.subarray(0, this.#length)
    const written = this.#bytes.slice(0, this.#length)
    if (this.#bytes.length === KEPT) spare = this.#bytes
    return written
  }

  u8(value: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = value
  }

  /** An unsigned integer below 2^32. */
  varint(value: number): void {
    this.#room(5)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  /** An unsigned integer below 2^64. */
  bigVarint(value: bigint): void {
    this.#room(10)
    let rest = value
    while (rest > 127n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    this.#bytes[this.#length++] = Number(rest)
  }

  i64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new ProtocolError(`${value} does not fit 64 bits`)
    const zigzag = value < 0n ? -2n * value - 1n : 2n * value
    if (zigzag > SAFE) return this.bigVarint(zigzag)
    this.#small(Number(zigzag))
  }

  /** An i64 that is a safe integer. */
  int(value: number): void {
    // Its zigzag form is exact too.
    if (Math.abs(value) >= 2 ** 52) return this.i64(BigInt(value))
    this.#small(value < 0 ? -2 * value - 1 : 2 * value)
  }

  f64(value: number): void {
    this.#room(8)
    float.setFloat64(0, value, true)
    this.#bytes.set(floatBytes, this.#length)
    this.#length += 8
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length)
    this.raw(value)
  }

  /** Bytes without their length. */
  raw(value: Uint8Array): void {
    this.#room(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  str(value: string): void {
    if (value.length < SHORT && this.#ascii(value)) return
    if (!isWellFormed(value))
      throw new ValueError('value: a string with a lone surrogate has no UTF-8 form', { path: 'value' })
    if (value.length < 43) {
      // At most 127 bytes, so that the length takes one.
      this.#room(1 + value.length * 3)
      const { written } = encoder.encodeInto(value, this.#bytes.subarray(this.#length + 1))
      this.#bytes[this.#length] = written
      this.#length += 1 + written
    } else {
      this.bytes(encoder.encode(value))
    }
  }

  /** Writes a short string; not when it is not ASCII. */
  #ascii(value: string): boolean {
    this.#room(1 + value.length)
    let at = this.#length
    this.#bytes[at++] = value.length
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index)
      if (code > 127) return false
      this.#bytes[at++] = code
    }
    this.#length = at
    return true
  }

  /** An unsigned integer below 2^53. */
  #small(value: number): void {
    this.#room(8)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  #room(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}
