/** The base of the built-in backends: they live in the worker, and are called by handle. */

import { checkKey, checkKeys } from '../checks/options.js'
import { type Content, contentOf, type Kind } from '../client/answers.js'
import type { Client } from '../client/client.js'
import { defaultWorker } from '../client/default-worker.js'
import { inTurns } from '../event-loop/steps.js'
import type * as wire from '../generated/protocol.js'
import type { StateRecord } from '../values/state-record.js'
import {
  fromWireRecordInSteps,
  fromWireRecordsInSteps,
  toWireRecord,
  toWireRecordsInTurns,
} from '../values/wire-records.js'
import type { StorageBackend } from './storage-backend.js'

type AnswerKind = Kind<wire.BackendAnswer>

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
    const record = await this.#call('Record', { Get: { key } })
    return record ? inTurns(fromWireRecordInSteps(record)) : undefined
  }

  async set(record: StateRecord): Promise<void> {
    await this.#call('Done', { Set: { record: toWireRecord(record, 'record') } })
  }

  async delete(key: string): Promise<void> {
    checkKey(key)
    await this.#call('Done', { Delete: { key } })
  }

  async getAll(): Promise<StateRecord[]> {
    return this.#records('GetAll')
  }

  async clear(): Promise<void> {
    await this.#call('Done', 'Clear')
  }

  async getMany(keys: string[]): Promise<StateRecord[]> {
    checkKeys(keys)
    return this.#records({ GetMany: { keys: [...keys] } })
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
    await this.#ask('Done', { SetMany: { records } })
  }

  async deleteMany(keys: string[]): Promise<void> {
    checkKeys(keys)
    await this.#call('Done', { DeleteMany: { keys: [...keys] } })
  }

  async scan(prefix: string): Promise<StateRecord[]> {
    checkKey(prefix, 'prefix')
    return this.#records({ Scan: { prefix } })
  }

  close(): void {
    const opened = this.#opened
    this.#opened = null
    // One that failed to open needs no closing.
    opened?.ready.then(
      handle => opened.client.tell({ BackendClose: { handle } }),
      () => undefined,
    )
  }

  async #records(op: wire.BackendOp): Promise<StateRecord[]> {
    return inTurns(fromWireRecordsInSteps(await this.#call('Records', op)))
  }

  /** Does one operation in the worker; gives what its answer holds. */
  async #call<K extends AnswerKind>(kind: K, op: wire.BackendOp): Promise<Content<wire.BackendAnswer, K>> {
    while (this.#making) await this.#making
    return this.#ask(kind, op)
  }

  async #ask<K extends AnswerKind>(kind: K, op: wire.BackendOp): Promise<Content<wire.BackendAnswer, K>> {
    const client = defaultWorker.client()
    return ask(client, await this.#handle(client), kind, op)
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
    await client.ask('Done', id => ({ BackendOpen: { id, handle, backend: this.choice } }))
    try {
      await ask(client, handle, 'Done', 'Init')
    } catch (error) {
      client.tell({ BackendClose: { handle } })
      throw error
    }
    return handle
  }
}

async function ask<K extends AnswerKind>(
  client: Client,
  handle: number,
  kind: K,
  op: wire.BackendOp,
): Promise<Content<wire.BackendAnswer, K>> {
  return contentOf(await client.askInParts('Backend', op, id => ({ BackendCall: { id, handle, op } })), kind)
}
