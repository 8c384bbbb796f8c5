/** Reads every record as of one moment, part after part. */

import { contentOf } from '../client/answers.js'
import { askStore } from '../client/requests.js'
import type * as wire from '../generated/protocol.js'
import type { Session } from '../session/session.js'

/** An export in progress. */
export interface RunningExport {
  /** About how many records there are: some may have expired. */
  readonly total: number
  /** The records, in order of keys. Ends the export when it is not read to its end. */
  readonly parts: AsyncGenerator<wire.Record[], void>
}

/** Begins an export. */
export async function beginExport(session: Session): Promise<RunningExport> {
  const client = await session.client()
  let number = 0
  const begun = await client.ask('State', id => {
    number = id
    return { Store: { id, op: 'Export' } }
  })
  const total = contentOf(begun, 'Count')
  const parts = async function* () {
    let ended = false
    try {
      for (;;) {
        const records = await askStore(client, { ExportNext: { export: number } }, 'Records')
        if (records.length === 0) {
          ended = true
          return
        }
        yield records
      }
    } finally {
      // Nothing waits for this, and a worker that is gone has no export.
      if (!ended) askStore(client, { ExportEnd: { export: number } }, 'Done').catch(() => undefined)
    }
  }
  return { total, parts: parts() }
}
