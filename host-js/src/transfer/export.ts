/** Reading every record as they are at one moment, part after part. */

import type * as wire from '../generated/protocol.js'
import { unexpected } from '../client/client.js'
import type { Session } from '../session/session.js'

/** An export under way. */
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
  const ask = async (op: wire.StoreOp): Promise<wire.StateAnswer> => {
    const answer = await client.ask(id => {
      if (op === 'Export') number = id
      return { Store: { id, op } }
    })
    if (typeof answer !== 'object' || !('State' in answer)) throw unexpected('an export', answer)
    return answer.State
  }
  const begun = await ask('Export')
  if (typeof begun !== 'object' || !('Count' in begun)) throw unexpected('an export', { State: begun })
  const parts = async function* () {
    let ended = false
    try {
      for (;;) {
        const next = await ask({ ExportNext: { export: number } })
        if (typeof next !== 'object' || !('Records' in next)) throw unexpected('an export', { State: next })
        if (next.Records.length === 0) {
          ended = true
          return
        }
        yield next.Records
      }
    } finally {
      // Nobody waits for this, and a worker that is gone has no export.
      if (!ended) ask({ ExportEnd: { export: number } }).catch(() => undefined)
    }
  }
  return { total: begun.Count, parts: parts() }
}
