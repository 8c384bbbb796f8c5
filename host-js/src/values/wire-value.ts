/** Encodes values that cross to Lua. */

import { EncodedValue } from '../codec/schema-codec.js'
import { ARRAY, BOOL, BYTES, FLOAT, INT, NIL, OBJECT, STR } from '../codec/value-variants.js'
import { Writer } from '../codec/writer.js'
import { atOnce, inTurns, type Steps } from '../event-loop/steps.js'
import type { Value } from '../generated/protocol.js'
import { Refusal, type Sink, walk } from './walk.js'

/**
 * The `Value` of a JavaScript value that crosses to Lua. Throws a ValueError, its path beginning with `path`, for
 * what cannot: what [`walk`] refuses, and BigInts over 64 bits.
 */
export function toWireValue(value: unknown, path: string): Value {
  return atOnce(encoded(value, path))
}

/** The same, in turns with the page's other work. */
export function toWireValueInTurns(value: unknown, path: string): Promise<Value> {
  return inTurns(encoded(value, path))
}

function* encoded(value: unknown, path: string): Steps<Value> {
  const sink = new ValueSink()
  yield* walk(value, path, sink)
  // The codec takes it for what it is the form of.
  return new EncodedValue(sink.out.finish()) as unknown as Value
}

class ValueSink implements Sink {
  readonly out = new Writer()

  nil(): void {
    this.out.u8(NIL)
  }

  bool(value: boolean): void {
    this.out.u8(BOOL)
    this.out.u8(value ? 1 : 0)
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return this.float(value)
    this.out.u8(INT)
    this.out.int(value)
  }

  float(value: number): void {
    this.out.u8(FLOAT)
    this.out.f64(value)
  }

  bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new Refusal('a BigInt that does not fit 64 bits cannot cross')
    this.out.u8(INT)
    this.out.i64(value)
  }

  text(value: string): void {
    this.out.u8(STR)
    this.out.str(value)
  }

  *longText(parts: Iterable<string>): Steps<void> {
    const encoder = new TextEncoder()
    const encoded: Uint8Array[] = []
    let length = 0
    for (const part of parts) {
      const bytes = encoder.encode(part)
      encoded.push(bytes)
      length += bytes.length
      yield
    }
    this.out.u8(STR)
    this.out.varint(length)
    for (const bytes of encoded) {
      this.out.raw(bytes)
      yield
    }
  }

  bytes(value: Uint8Array): void {
    this.out.u8(BYTES)
    this.out.bytes(value)
  }

  open(isArray: boolean, count: number): void {
    this.out.u8(isArray ? ARRAY : OBJECT)
    this.out.varint(count)
  }

  next(_index: number, key: string | undefined): void {
    if (key !== undefined) this.out.str(key)
  }

  close(): void {}
}
