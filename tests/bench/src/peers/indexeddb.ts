/** IndexedDB as a page uses it: by hand, by idb-keyval and by Dexie. */

import { Dexie } from 'dexie'
import { createStore, setMany } from 'idb-keyval'
import type { StateRecord } from '../../../../host-js/src/values/state-record.js'

/** A database that is written by one of the peers. */
export interface Database {
  /** Writes all records; resolves when they are durable. */
  write(records: StateRecord[]): Promise<void>
  /** Releases the database. */
  close(): void
}

/** Deletes a database; resolves when it is gone. */
export async function remove(name: string): Promise<void> {
  const request = indexedDB.deleteDatabase(name)
  await done(request)
}

/** By hand; `each` says what shares a transaction. */
export class Raw implements Database {
  private constructor(
    readonly database: IDBDatabase,
    readonly each: 'all at once' | 'one by one',
  ) {}

  static async open(name: string, each: 'all at once' | 'one by one'): Promise<Raw> {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore('records', { keyPath: 'key' })
    return new Raw(await done(request), each)
  }

  async write(records: StateRecord[]): Promise<void> {
    if (this.each === 'all at once') return await this.#put(records)
    for (const record of records) await this.#put([record])
  }

  /** All records. */
  getAll(): Promise<StateRecord[]> {
    return done(this.database.transaction('records').objectStore('records').getAll())
  }

  close(): void {
    this.database.close()
  }

  async #put(records: StateRecord[]): Promise<void> {
    const transaction = this.database.transaction('records', 'readwrite')
    const store = transaction.objectStore('records')
    for (const record of records) store.put(record)
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'))
    })
  }
}

/** idb-keyval's `setMany`, which uses one transaction. */
export async function idbKeyval(name: string): Promise<Database> {
  const store = createStore(name, 'records')
  const database = await store('readonly', records => records.transaction.db)
  return {
    write: records =>
      setMany(
        records.map(record => [record.key, record]),
        store,
      ),
    close: () => database.close(),
  }
}

/** Dexie's `bulkPut`, which uses one transaction. */
export async function dexie(name: string): Promise<Database> {
  const database = new Dexie(name)
  database.version(1).stores({ records: 'key' })
  await database.open()
  return {
    async write(records) {
      await database.table('records').bulkPut(records)
    },
    close: () => database.close(),
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the request failed'))
  })
}
