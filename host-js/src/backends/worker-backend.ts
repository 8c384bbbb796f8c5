/** What the built-in backends have in common: they live in the worker, and are called by handle. */

import { ProtocolError } from '../errors/error-classes.js'
import type * as wire from '../generated/protocol.js'
import { unexpected, type Client } from '../client/client.js'
import { defaultWorker } from '../client/default-worker.js'
import { checkKey, checkKeys } from '../checks/options.js'
import { inTurns } from '../event-loop/steps.js'
import { fromWireRecordInSteps, fromWireRecordsInSteps, toWireRecord, toWireRecordsInTurns } from '../values/wire-records.js'
import type { StorageBackend } from './storage-backend.js'
import type { StateRecord } from '../values/state-record.js'

let nextHandle = 1

/**
 * A backend in the page's worker. Its first use starts the worker and makes it ready; so does
 * the next use after `close`, or after the worker was replaced.
 */
export abstract class WorkerBackend implements StorageBackend {
  #opened: { client: Client; ready: Promise<number> } | null = null
  /** Ends when the records of a call have been made ready: those after it wait, so that the last write counts. */
  #making: Promise<unknown> | null = null

  /** Which backend this is. */
  abstract readonly choice: wire.BackendChoice

  async init(): Promise<void> {
    await this.#handle(defaultWorker.client())
  }

  async get(key: string): Promise<StateRecord | undefined> {
    checkKey(key)
    const answer = await this.#call({ Get: { key } })
    if (typeof answer !== 'object' || !('Record' in answer)) throw unexpected('get', { Backend: answer })
    return answer.Record ? inTurns(fromWireRecordInSteps(answer.Record)) : undefined
  }

  async set(record: StateRecord): Promise<void> {
    await this.#call({ Set: { record: toWireRecord(record, 'record') } })
  }

  async delete(key: string): Promise<void> {
    checkKey(key)
    await this.#call({ Delete: { key } })
  }

  async getAll(): Promise<StateRecord[]> {
    return records(await this.#call('GetAll'))
  }

  async clear(): Promise<void> {
    await this.#call('Clear')
  }

  async getMany(keys: string[]): Promise<StateRecord[]> {
    checkKeys(keys)
    return records(await this.#call({ GetMany: { keys: [...keys] } }))
  }

  async setMany(many: StateRecord[]): Promise<void> {
    while (this.#making) await this.#making
    const making = toWireRecordsInTurns(many, 'records')
    this.#making = making.then(
      () => undefined,
      () => undefined,
    )
    let records: wire.Record[]
    try {
      records = await making
    } finally {
      this.#making = null
    }
    await this.#ask({ SetMany: { records } })
  }

  async deleteMany(keys: string[]): Promise<void> {
    checkKeys(keys)
    await this.#call({ DeleteMany: { keys: [...keys] } })
  }

  async scan(prefix: string): Promise<StateRecord[]> {
    checkKey(prefix, 'prefix')
    return records(await this.#call({ Scan: { prefix } }))
  }

  close(): void {
    const opened = this.#opened
    this.#opened = null
    // What failed to open needs no closing.
    opened?.ready.then(handle => opened.client.tell({ BackendClose: { handle } }), () => undefined)
  }

  /** Does one operation in the worker. */
  async #call(op: wire.BackendOp): Promise<wire.BackendAnswer> {
    while (this.#making) await this.#making
    return this.#ask(op)
  }

  async #ask(op: wire.BackendOp): Promise<wire.BackendAnswer> {
    const client = defaultWorker.client()
    return ask(client, await this.#handle(client), op)
  }

  #handle(client: Client): Promise<number> {
    if (this.#opened?.client === client) return this.#opened.ready
    const opened = { client, ready: this.#open(client) }
    this.#opened = opened
    // The next use tries again.
    opened.ready.catch(() => {
      if (this.#opened === opened) this.#opened = null
    })
    return opened.ready
  }

  async #open(client: Client): Promise<number> {
    const handle = nextHandle++
    const answer = await client.ask(id => ({ BackendOpen: { id, handle, backend: this.choice } }))
    if (answer !== 'Done') throw unexpected('BackendOpen', answer)
    try {
      await ask(client, handle, 'Init')
    } catch (error) {
      client.tell({ BackendClose: { handle } })
      throw error
    }
    return handle
  }
}

async function ask(client: Client, handle: number, op: wire.BackendOp): Promise<wire.BackendAnswer> {
  const answer = await client.askInParts(op, id => ({ BackendCall: { id, handle, op } }))
  if (typeof answer !== 'object' || !('Backend' in answer)) throw unexpected('a backend call', answer)
  return answer.Backend
}

async function records(answer: wire.BackendAnswer): Promise<StateRecord[]> {
  if (typeof answer !== 'object' || !('Records' in answer)) throw new ProtocolError('the worker answered without records')
  return inTurns(fromWireRecordsInSteps(answer.Records))
}
