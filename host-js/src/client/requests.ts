/** Asking a worker's State. */

import type * as wire from '../generated/protocol.js'
import { unexpected, type Client } from './client.js'

/** State's answer to the request that `make` makes. */
export async function askState(client: Client, make: (id: number) => wire.Request): Promise<wire.StateAnswer> {
  const answer = await client.ask(make)
  if (typeof answer !== 'object' || !('State' in answer)) throw unexpected('a State operation', answer)
  return answer.State
}

/** State's answer to an operation that may hold a long list. */
export async function askStateInParts(client: Client, scriptId: string, op: wire.StateOp): Promise<wire.StateAnswer> {
  const answer = await client.askInParts(op, id => ({ State: { id, script_id: scriptId, op } }))
  if (typeof answer !== 'object' || !('State' in answer)) throw unexpected('a State operation', answer)
  return answer.State
}

/** The answer to an operation on all of State. */
export function askStore(client: Client, op: wire.StoreOp): Promise<wire.StateAnswer> {
  return askState(client, id => ({ Store: { id, op } }))
}
