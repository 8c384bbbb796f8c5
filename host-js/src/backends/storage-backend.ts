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
  /**
   * Stores `next` (undefined removes) if the record has `version` (undefined: if there is none). Atomic over all users,
   * for each key; `ok` only when it is durable. Where the answer is lost, the call is sent again under the same id, or
   * rejects with an error whose `code` is `OUTCOME_UNKNOWN`: never a guess. With this, whatever reads gives records
   * with a `version`.
   */
  compareAndSet?(key: string, version: string | undefined, next: StateRecord | undefined): Promise<Swapped>
  /**
   * Tells from now on what anyone writes, own writes or not: each key's in the engine's order, of which the latest
   * suffices. Called after `init`, before the first read. `all` after a gap that cannot be resumed: then everything is
   * read again. Gives what ends it. With this, State reads from memory, and is to be told of everything.
   */
  changes?(listener: (changes: readonly Change[] | 'all') => void): () => void
  /** Some of the records whose key begins with `prefix`, in a stable order, and where the next ones begin. */
  scanPage?(prefix: string, cursor: string | undefined, limit: number): Promise<RecordPage>
  /** Stores and removes (undefined) all of this, each if it has its `version` where one is named, or nothing. */
  transact?(writes: readonly Write[]): Promise<Transacted>
  /** The engine removes what has expired, and tells so: State does not. */
  readonly expires?: boolean
  /**
   * Tells whether the engine is reached, and lets State hear of what is written, whenever that changes, and may at first;
   * of `offline` perhaps why. Gives what ends it.
   */
  onConnection?(listener: (state: 'online' | 'offline', why?: string) => void): () => void
}

/** What has come of `compareAndSet`: the version that it made, or what is there instead. */
export type Swapped = { ok: true; version: string } | { ok: false; current: StateRecord | undefined }

/** What is at a key now. */
export type Change = { key: string; record: StateRecord } | { key: string; record: undefined; version?: string }

/** One page of records; the last has no cursor. */
export interface RecordPage {
  records: StateRecord[]
  cursor?: string
}

/** One write of several. `version`, where it is there, is that of the record, or undefined for none. */
export interface Write {
  key: string
  next: StateRecord | undefined
  version?: string | undefined
}

/** What has come of `transact`: nothing is stored where these keys had another version. */
export type Transacted = { ok: true } | { ok: false; conflicts: string[] }
