/** Requests to a worker's State, each with the kind of answer that it takes. */

import type * as wire from '../generated/protocol.js'
import { type Content, contentOf, type Kind } from './answers.js'
import type { Client } from './client.js'

type StateKind = Kind<wire.StateAnswer>

/** Does a script's operation; gives the content of State's answer. */
export async function askState<K extends StateKind>(
  client: Client,
  scriptId: string,
  op: wire.StateOp,
  kind: K,
): Promise<Content<wire.StateAnswer, K>> {
  return contentOf(await client.ask('State', id => ({ State: { id, script_id: scriptId, op } })), kind)
}

/** Does an operation on all of State; gives the content of the answer. */
export async function askStore<K extends StateKind>(
  client: Client,
  op: wire.StoreOp,
  kind: K,
): Promise<Content<wire.StateAnswer, K>> {
  return contentOf(await client.ask('State', id => ({ Store: { id, op } })), kind)
}
