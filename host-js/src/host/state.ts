/** State operations of the page, on behalf of scripts. */

import type * as wire from '../generated/protocol.js'
import { fromStored, toStored } from '../stored.js'
import { unexpected } from './client.js'
import type { Session } from './session.js'

/** How to store a value. */
export interface SetOptions {
  /** Milliseconds until it expires; the namespace's, or never, when absent. */
  ttl?: number | undefined
}

/**
 * State, as the scripts see it. `scriptId` names who an operation acts as, and a key is
 * `namespace.rest`, such as `script.main.visits`.
 */
export class RunnerState {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  /** The value, or `fallback` when there is none or it has expired. */
  async get(scriptId: string, key: string, fallback?: unknown): Promise<unknown> {
    const answer = await this.#ask(scriptId, { Get: { key } })
    if (typeof answer !== 'object' || !('Value' in answer)) throw unexpected('get', { State: answer })
    return answer.Value === null ? fallback : fromStored(answer.Value)
  }

  /** Stores a value; undefined deletes it. Resolves when that is durable. */
  async set(scriptId: string, key: string, value: unknown, options: SetOptions = {}): Promise<void> {
    if (value === undefined) {
      await this.delete(scriptId, key)
      return
    }
    const answer = await this.#ask(scriptId, { Set: { key, value: toStored(value, 'value'), ttl: options.ttl ?? null } })
    if (answer !== 'Done') throw unexpected('set', { State: answer })
  }

  /** Deletes a value; true when there was one. Resolves when that is durable. */
  async delete(scriptId: string, key: string): Promise<boolean> {
    const answer = await this.#ask(scriptId, { Delete: { key } })
    if (typeof answer !== 'object' || !('Deleted' in answer)) throw unexpected('delete', { State: answer })
    return answer.Deleted
  }

  /** The keys that begin with `prefix` and that the script may read, sorted. */
  async list(scriptId: string, prefix: string): Promise<string[]> {
    const answer = await this.#ask(scriptId, { List: { prefix } })
    if (typeof answer !== 'object' || !('Keys' in answer)) throw unexpected('list', { State: answer })
    return answer.Keys
  }

  async #ask(scriptId: string, op: wire.StateOp): Promise<wire.StateAnswer> {
    const client = await this.#session.client()
    const answer = await client.ask(id => ({ State: { id, script_id: scriptId, op } }))
    if (typeof answer !== 'object' || !('State' in answer)) throw unexpected('a State operation', answer)
    return answer.State
  }
}
