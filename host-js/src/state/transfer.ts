/** Records as JSON lines: one record a line, in the form of `StateRecord`. */

import { ValueError } from '../errors.js'
import type * as wire from '../generated/protocol.js'
import { callBack } from '../host/report.js'
import { toWireRecord } from '../records.js'

/** Bytes with a buffer of their own, also for a TypeScript before 5.7, which does not tell them apart. */
export type Bytes = ReturnType<Uint8ArrayConstructor['of']>

/** How an export or an import goes on. */
export interface TransferOptions {
  /** Told now and then how many records are done; `total` when it is known. */
  onProgress?: ((progress: { done: number; total?: number | undefined }) => void) | undefined
}

/** What an import takes: JSON lines as text or bytes, whole or in parts. */
export type ImportSource = string | Uint8Array | Blob | ReadableStream<Uint8Array | string>

/** How many records there are between two words of progress. */
const STEP = 1_000

/** A stream of JSON lines. */
export function toLines(records: readonly wire.Record[], { onProgress }: TransferOptions): ReadableStream<Bytes> {
  const encoder = new TextEncoder()
  const total = records.length
  let done = 0
  return new ReadableStream({
    pull(controller) {
      const part = records.slice(done, done + STEP)
      done += part.length
      if (part.length > 0) controller.enqueue(encoder.encode(part.map(line).join('')))
      callBack(onProgress, { done, total })
      if (done === total) controller.close()
    },
  })
}

/** The value's text goes in as it is, so that a float stays a float. */
function line({ key, value, createdAt, updatedAt, expiresAt }: wire.Record): string {
  const expires = expiresAt === null ? '' : `,"expiresAt":${expiresAt}`
  return `{"key":${JSON.stringify(key)},"value":${value},"createdAt":${createdAt},"updatedAt":${updatedAt}${expires}}\n`
}

/** Reads and checks JSON lines. Rejects with a ValueError that names the line. */
export async function fromLines(source: ImportSource, { onProgress }: TransferOptions): Promise<wire.Record[]> {
  const records: wire.Record[] = []
  let at = 0
  for await (const text of lines(toStream(source))) {
    at++
    if (text.trim() === '') continue
    records.push(fromLine(text, at))
    if (records.length % STEP === 0) callBack(onProgress, { done: records.length })
  }
  callBack(onProgress, { done: records.length, total: records.length })
  return records
}

function fromLine(text: string, at: number): wire.Record {
  const name = `line ${at}`
  try {
    const record = toWireRecord(JSON.parse(text), name)
    // Parsing has lost what a float was; the text has it.
    return { ...record, value: valueText(text) ?? record.value }
  } catch (error) {
    if (error instanceof ValueError) throw error
    throw new ValueError(`${name}: ${error instanceof Error ? error.message : String(error)}`, { path: name })
  }
}

/** The value's text in a line as an export writes it; null for a line of another form. */
function valueText(text: string): string | null {
  const [, found] = /^\{"key":"(?:[^"\\]|\\.)*","value":(.*),"createdAt":[^,"]+,"updatedAt":[^,"]+(?:,"expiresAt":[^,"]+)?\}\s*$/s.exec(text) ?? []
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

function toStream(source: ImportSource): ReadableStream<Uint8Array | string> {
  if (source instanceof ReadableStream) return source
  return new Blob([typeof source === 'string' || source instanceof Blob ? source : new Uint8Array(source)]).stream()
}

async function* lines(stream: ReadableStream<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = stream.getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const parts = (rest + (typeof value === 'string' ? value : decoder.decode(value, { stream: true }))).split('\n')
      rest = parts.pop() ?? ''
      yield* parts
    }
    yield rest + decoder.decode()
  } finally {
    // Nobody reads what comes after a line that was refused. The refusal is the error to tell.
    reader.cancel().catch(() => undefined)
  }
}
