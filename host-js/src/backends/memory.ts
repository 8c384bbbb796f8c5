import { checkKey, checkKeys } from '../checks/options.js'
import type * as wire from '../generated/protocol.js'
import { MemoryItems } from '../page-items/item-store.js'
import { fromItem, toItem } from '../page-items/item-text.js'
import { tellOthers, tellOthersAll } from '../page-items/local-storage-service.js'
import type { StateRecord } from '../values/state-record.js'
import { toWireRecord, toWireRecords } from '../values/wire-records.js'
import type { StorageBackend } from './storage-backend.js'

/**
 * Keeps records in memory until the page goes: also when the runner is closed and another one
 * uses the same object, and when a worker is replaced. Each call is done when it returns.
 */
export class MemoryBackend implements StorageBackend {
  /** How a worker opens it: it asks for the items as it does for localStorage's. */
  readonly choice: wire.BackendChoice
  readonly #items = new MemoryItems()

  constructor() {
    this.choice = { LocalStorage: { prefix: this.#items.prefix } }
  }

  async init(): Promise<void> {}

  async get(key: string): Promise<StateRecord | undefined> {
    checkKey(key)
    return this.#find([key])[0]
  }

  async set(record: StateRecord): Promise<void> {
    this.#store([toWireRecord(record, 'record')])
  }

  async delete(key: string): Promise<void> {
    checkKey(key)
    this.#remove([key])
  }

  async getAll(): Promise<StateRecord[]> {
    return this.#find(this.#names(''))
  }

  async clear(): Promise<void> {
    this.#items.clear()
    tellOthers(this.#items.prefix, null)
  }

  async getMany(keys: string[]): Promise<StateRecord[]> {
    checkKeys(keys)
    return this.#find(keys)
  }

  async setMany(records: StateRecord[]): Promise<void> {
    this.#store(toWireRecords(records, 'records'))
  }

  async deleteMany(keys: string[]): Promise<void> {
    checkKeys(keys)
    this.#remove(keys)
  }

  async scan(prefix: string): Promise<StateRecord[]> {
    checkKey(prefix, 'prefix')
    return this.#find(this.#names(prefix))
  }

  close(): void {}

  #names(prefix: string): string[] {
    return [...this.#items.names()].filter(name => name.startsWith(prefix)).sort()
  }

  #find(keys: string[]): StateRecord[] {
    return keys.flatMap(key => {
      const text = this.#items.get(key)
      return text === null ? [] : [fromItem(key, text)]
    })
  }

  #store(records: wire.Record[]): void {
    for (const record of records) this.#items.set(record.key, toItem(record))
    tellOthersAll(
      this.#items.prefix,
      records.map(({ key }) => key),
    )
  }

  #remove(keys: string[]): void {
    for (const key of keys) this.#items.set(key, null)
    tellOthersAll(this.#items.prefix, keys)
  }
}
