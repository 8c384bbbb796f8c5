/** Stores records as they are: all or, where the backend can, none. */

import type { StorageBackend } from '../backends/storage-backend.js'
import { contentOf } from '../client/answers.js'
import { ValueError } from '../errors/error-classes.js'
import { callBack, report } from '../errors/report.js'
import { Pace } from '../event-loop/pace.js'
import { PART_BYTES, PART_ITEMS } from '../generated/limits.js'
import type * as wire from '../generated/protocol.js'
import type { Session } from '../session/session.js'
import { fromWireRecord } from '../values/wire-records.js'
import { beginExport } from './export.js'
import type { TransferOptions } from './json-lines.js'

/**
 * Stores records that come one after the other; gives their number when all are durable. Rejects with what their
 * source throws, with a ValueError that names the line of what State refuses, and when the backend fails. What one that takes them one by one has stored by then is taken back.
 */
export async function importRecords(
  session: Session,
  records: AsyncIterable<wire.Record>,
  { onProgress }: TransferOptions,
  lineOf: (index: number) => number,
): Promise<number> {
  const backend = session.oneByOne
  const before = backend ? await recordsBefore(session) : null
  const imported: wire.Record[] = []
  let [count, asked] = [0, false]
  const noted = async function* () {
    for await (const record of records) {
      count++
      if (before) imported.push(record)
      yield record
    }
  }
  const client = await session.client()
  try {
    const ask = (id: number): wire.Request => {
      asked = true
      return { Store: { id, op: { Import: { records: [] } } } }
    }
    contentOf(
      await client.askStreamed('State', inParts(noted()), ask, done => callBack(onProgress, { done, total: count })),
      'Done',
    )
  } catch (error) {
    // What its source has refused was not sent.
    if (!asked) throw error
    // A worker that is gone leaves behind what it has asked for last.
    await session.writesEnded()
    // The first failure is the one to tell.
    if (backend && before) await takeBack(backend, imported, before).catch(report)
    throw error instanceof ValueError ? withLine(error, lineOf) : error
  }
  callBack(onProgress, { done: count, total: count })
  return count
}

/** A refusal by State, which knows records by their index, with the line. */
function withLine(error: ValueError, lineOf: (index: number) => number): ValueError {
  const [record, index] = /^records\[(\d+)\]/.exec(error.path) ?? []
  if (record === undefined) return error
  const line = `line ${lineOf(Number(index))}`
  return new ValueError(error.message.replace(record, line), { path: error.path.replace(record, line) })
}

async function* inParts(records: AsyncIterable<wire.Record>): AsyncGenerator<wire.Part> {
  let [part, bytes]: [wire.Record[], number] = [[], 0]
  for await (const record of records) {
    part.push(record)
    bytes += record.key.length + record.value.length
    if (part.length < PART_ITEMS && bytes < PART_BYTES) continue
    yield { Records: part }
    part = []
    bytes = 0
  }
  if (part.length > 0) yield { Records: part }
}

async function recordsBefore(session: Session): Promise<Map<string, wire.Record>> {
  const before = new Map<string, wire.Record>()
  for await (const part of (await beginExport(session)).parts) for (const record of part) before.set(record.key, record)
  return before
}

async function takeBack(
  backend: StorageBackend,
  records: readonly wire.Record[],
  before: ReadonlyMap<string, wire.Record>,
): Promise<void> {
  const pace = new Pace()
  for (const { key, createdAt, updatedAt } of records) {
    if (pace.isDue) await pace.turn()
    const now = await backend.get(key)
    // What was written meanwhile stays.
    if (now?.createdAt !== createdAt || now.updatedAt !== updatedAt) continue
    const was = before.get(key)
    if (was) await backend.set(fromWireRecord(was))
    else await backend.delete(key)
  }
}
