/** Records as JSON lines: one record a line, in the form of `StateRecord`. */

import { describe, wrong } from '../checks/options.js'
import { ValueError } from '../errors/error-classes.js'
import { callBack } from '../errors/report.js'
import { Pace } from '../event-loop/pace.js'
import type * as wire from '../generated/protocol.js'
import { toWireRecord } from '../values/wire-records.js'
import type { RunningExport } from './export.js'

/** Bytes with a buffer of their own, also for a TypeScript before 5.7, which does not tell them apart. */
export type Bytes = ReturnType<Uint8ArrayConstructor['of']>

/** Options of an export or an import. */
export interface TransferOptions {
  /**
   * Told now and then how many records are done of the `total`. An import first tells how many it has read, without a
   * `total`; then, where that takes long, how many of them are stored; and at last, once they are durable, that all are.
   */
  onProgress?: ((progress: { done: number; total?: number | undefined }) => void) | undefined
}

/** The source of an import: JSON lines as text or bytes, whole or in parts. Do not change bytes until it has ended. */
export type ImportSource = string | Uint8Array | Blob | ReadableStream<Uint8Array | string>

/** Throws an ArgumentError for an invalid source. */
export function checkSource(source: unknown): void {
  const isOne = typeof source === 'string' || source instanceof Uint8Array || source instanceof Blob
  // A stream of another realm, or of a library's, reads as well.
  if (isOne || typeof (source as Partial<ReadableStream> | null | undefined)?.getReader === 'function') return
  throw wrong(
    'source',
    `it takes JSON lines as a string, a Uint8Array, a Blob or a ReadableStream, not ${describe(source)}`,
  )
}

/** How many records there are between two words of progress. */
const STEP = 1_000

/** A stream of JSON lines, which reads on as its reader does. */
export function toLines({ total, parts }: RunningExport, { onProgress }: TransferOptions): ReadableStream<Bytes> {
  const encoder = new TextEncoder()
  let done = 0
  return new ReadableStream({
    async pull(controller) {
      const next = await parts.next()
      if (next.done) {
        if (done !== total || total === 0) callBack(onProgress, { done, total: done })
        controller.close()
        return
      }
      done += next.value.length
      controller.enqueue(encoder.encode(next.value.map(line).join('')))
      callBack(onProgress, { done, total })
    },
    async cancel() {
      await parts.return()
    },
  })
}

/** The value's text goes in as it is, so that a float stays a float. */
function line({ key, value, createdAt, updatedAt, expiresAt }: wire.Record): string {
  const expires = expiresAt === null ? '' : `,"expiresAt":${expiresAt}`
  return `{"key":${JSON.stringify(key)},"value":${value},"createdAt":${createdAt},"updatedAt":${updatedAt}${expires}}\n`
}

/** The lines without a record, by number in order: what comes after them is counted without them. */
export type Blanks = number[]

/** The number of the line with the record of this index. */
export function lineOf(index: number, blanks: Blanks): number {
  let line = index + 1
  for (const blank of blanks) {
    if (blank > line) break
    line++
  }
  return line
}

/** Reads and checks JSON lines, in turns with others; notes those without a record. Throws a ValueError that names the line. */
export async function* fromLines(
  source: ImportSource,
  { onProgress }: TransferOptions,
  blanks: Blanks,
): AsyncGenerator<wire.Record, void> {
  const pace = new Pace()
  let [at, done] = [0, 0]
  for await (const part of lines(source)) {
    for (const text of part) {
      at++
      if (text.trim() === '') {
        blanks.push(at)
        continue
      }
      const record = fromLine(text, at)
      done++
      if (done % STEP === 0) callBack(onProgress, { done })
      yield record
      if (pace.isDue) await pace.turn()
    }
  }
}

function fromLine(text: string, at: number): wire.Record {
  const name = `line ${at}`
  try {
    const parsed: unknown = JSON.parse(text)
    const rounded = roundedIn(text)
    if (rounded !== null)
      throw new ValueError(`${name}: ${rounded} is an integer beyond 2^53, which would be rounded`, { path: name })
    const record = toWireRecord(parsed, name)
    // Parsing has lost what a float was; the text has it. What a clock that was set back has left is put right.
    return {
      ...record,
      value: valueText(text) ?? record.value,
      updatedAt: Math.max(record.createdAt, record.updatedAt),
    }
  } catch (error) {
    if (error instanceof ValueError) throw error
    throw new ValueError(`${name}: ${error instanceof Error ? error.message : String(error)}`, { path: name })
  }
}

/** An integer in a line's JSON that JavaScript would round; null when there is none. */
function roundedIn(text: string): string | null {
  if (!/\d{16}/.test(text)) return null
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[-+.\deE]+/g)) {
    if (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token))) return token.slice(0, 64)
  }
  return null
}

/** The value's text in a line as an export writes it; null for a line of another form. */
function valueText(text: string): string | null {
  const [, found] =
    /^\{"key":"(?:[^"\\]|\\.)*","value":(.*),"createdAt":[^,"]+,"updatedAt":[^,"]+(?:,"expiresAt":[^,"]+)?\}\s*$/s.exec(
      text,
    ) ?? []
  return found !== undefined && isJson(found) ? found : null
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** How much of a source is looked at between two turns of others, in bytes or characters. */
const PIECE = 1 << 16

/** The source in pieces, none of which takes long. */
async function* pieces(source: ImportSource): AsyncGenerator<string | Uint8Array> {
  if (typeof source === 'string' || source instanceof Uint8Array) {
    yield* cutUp(source)
    return
  }
  const reader: ReadableStreamDefaultReader<Uint8Array | string> = (
    source instanceof Blob ? source.stream() : source
  ).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield* cutUp(value)
    }
  } finally {
    // Nobody reads what comes after a line that was refused. The refusal is the error to tell.
    reader.cancel().catch(() => undefined)
  }
}

function* cutUp(whole: string | Uint8Array): Generator<string | Uint8Array> {
  for (let from = 0; from < whole.length; from += PIECE) {
    yield typeof whole === 'string' ? whole.slice(from, from + PIECE) : whole.subarray(from, from + PIECE)
  }
}

/** The lines, some at a time. */
async function* lines(source: ImportSource): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  // Of a line that is not at its end: joined once it is, so that a long one does not take the square of its length.
  let begun: string[] = []
  let at = 1
  for await (const piece of pieces(source)) {
    const [first = '', ...rest] = (typeof piece === 'string' ? piece : decoded(decoder, piece, at)).split('\n')
    at += rest.length
    begun.push(first)
    const last = rest.pop()
    if (last === undefined) continue
    yield [begun.join(''), ...rest]
    begun = [last]
  }
  begun.push(decoded(decoder, undefined, at))
  yield [begun.join('')]
}

/** The text of bytes that begin in line `at`. */
function decoded(decoder: TextDecoder, bytes: Uint8Array | undefined, at: number): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
  } catch {
    const line = `line ${at + linesBefore(bytes)}`
    throw new ValueError(`${line}: its bytes are not valid UTF-8`, { path: line })
  }
}

/** How many lines end before the first of these bytes that is not valid UTF-8. */
function linesBefore(bytes: Uint8Array | undefined): number {
  let ended = 0
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let from = 0; bytes && from < bytes.length; ended++) {
    const end = bytes.indexOf(10, from)
    try {
      // What the piece before has begun is here without its beginning.
      decoder.decode(from === 0 ? withoutTail(bytes.subarray(0, end + 1)) : bytes.subarray(from, end + 1))
    } catch {
      return ended
    }
    if (end < 0) return ended
    from = end + 1
  }
  return ended
}

/** Without the bytes at its beginning that go on with a character. */
function withoutTail(bytes: Uint8Array): Uint8Array {
  let from = 0
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++
  return bytes.subarray(from)
}
