/** The interface of a storage backend. */

import type { StateRecord } from '../values/state-record.js'

/**
 * Where state lasts. Any object with these methods will do; the optional ones save calls
 * where a backend can do several things at once.
 */
export interface StorageBackend {
  /** Makes the backend ready. Called once, before any other operation. */
  init(): Promise<void>
  /** The record with this key; undefined when there is none. */
  get(key: string): Promise<StateRecord | undefined>
  /** Stores or replaces a record. When the promise resolves, the record is durable. */
  set(record: StateRecord): Promise<void>
  /** Removes a record; a missing one is not an error. */
  delete(key: string): Promise<void>
  /** All records, in any order. */
  getAll(): Promise<StateRecord[]>
  /** Removes all records. */
  clear(): Promise<void>
  /** Releases what the backend holds. */
  close?(): void
  /** The records that exist among these keys, in any order. */
  getMany?(keys: string[]): Promise<StateRecord[]>
  /** Stores or replaces all of these records. */
  setMany?(records: StateRecord[]): Promise<void>
  /** Removes all of these records. */
  deleteMany?(keys: string[]): Promise<void>
  /** The records whose key begins with `prefix`, in any order. */
  scan?(prefix: string): Promise<StateRecord[]>
}
