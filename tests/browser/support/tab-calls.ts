/** What a test's page asks of another tab. */

import { IndexedDBBackend, LocalStorageBackend, OpfsBackend, type StateRecord, type StorageBackend } from 'pubwiki-lua'

/** The backends that several tabs may use, by their place. */
export const backends = {
  IndexedDBBackend: (database: string): StorageBackend => new IndexedDBBackend({ database }),
  LocalStorageBackend: (prefix: string): StorageBackend => new LocalStorageBackend(prefix),
  OpfsBackend: (folder: string): StorageBackend => new OpfsBackend({ folder }),
}

/** A backend's kind. */
export type Kind = keyof typeof backends

/** What a tab can do. */
export interface TabCalls {
  /** Makes the tab's runner. */
  open(kind: Kind, place: string): Promise<void>
  /** Runs a script to its values. */
  run(code: string): Promise<unknown[]>
  /** Watches a key; what it hears comes as `Heard`. */
  watch(key: string): Promise<void>
  /** Opens a database in another version. */
  upgrade(database: string, version: number): Promise<void>
  /** Deletes a database. */
  remove(database: string): Promise<void>
  /** Does operations of all kinds. */
  mix(seed: number, count: number): Promise<void>
  /** Waits until the other tab's writes are heard of. */
  meet(mark: string, others: string): Promise<void>
  /** Every record that the tab knows. */
  records(): Promise<StateRecord[]>
  /** Ends the tab. */
  close(): Promise<void>
}

/** A call. */
export interface Ask {
  id: number
  method: keyof TabCalls
  args: unknown[]
}

/** Its answer. */
export type Asked = { id: number; answer: unknown } | { id: number; error: string }

/** What a watch heard, and when. */
export interface Heard {
  heard: unknown
  /** Milliseconds since the epoch. */
  at: number
}
