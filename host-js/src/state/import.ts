/** Storing records as they are: all, or none where that can be had. */

import type * as wire from '../generated/protocol.js'
import { unexpected } from '../host/client.js'
import { report } from '../host/report.js'
import type { Session } from '../host/session.js'
import { fromWireRecord } from '../records.js'
import type { StorageBackend } from '../storage.js'
import { askStore } from './ask.js'

/** Every record, of every script, in order of keys. */
export async function allRecords(session: Session): Promise<wire.Record[]> {
  const answer = await askStore(await session.client(), 'Records')
  if (typeof answer !== 'object' || !('Records' in answer)) throw unexpected('records', { State: answer })
  return answer.Records
}

/**
 * Stores records; resolves when all are durable. Rejects when the backend fails. What one that
 * takes them one by one has stored by then is taken back.
 */
export async function importRecords(session: Session, records: wire.Record[]): Promise<void> {
  const backend = session.oneByOne
  const before = backend ? await allRecords(session) : []
  try {
    await askStore(await session.client(), { Import: { records } })
  } catch (error) {
    // A worker that is gone leaves behind what it has asked for last.
    await session.writesEnded()
    // The first failure is the one to tell.
    if (backend) await takeBack(backend, records, before).catch(report)
    throw error
  }
}

async function takeBack(backend: StorageBackend, records: readonly wire.Record[], before: readonly wire.Record[]): Promise<void> {
  const were = new Map(before.map(record => [record.key, record]))
  for (const { key, createdAt, updatedAt } of records) {
    const now = await backend.get(key)
    // What was written meanwhile stays.
    if (now?.createdAt !== createdAt || now.updatedAt !== updatedAt) continue
    const was = were.get(key)
    if (was) await backend.set(fromWireRecord(was))
    else await backend.delete(key)
  }
}
