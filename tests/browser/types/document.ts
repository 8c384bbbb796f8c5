/** The document's interfaces, copied unchanged: ours are the same, checked by `tsc` alone. */

import type { StateRecord as OurRecord, StorageBackend as OurBackend } from 'pubwiki-lua'

interface StateRecord {
  key: string              // Format: "scriptId:namespace:key"
  value: unknown           // The stored value (any JSON-serializable data)
  createdAt: number        // Timestamp (ms since epoch)
  updatedAt: number        // Timestamp (ms since epoch)
  expiresAt?: number       // Optional expiration timestamp
}

interface StorageBackend {
  /**
   * Initialize the storage backend
   * Called once before any other operations
   */
  init(): Promise<void>

  /**
   * Retrieve a record by key
   * @param key The unique key for the record
   * @returns The record if found, undefined otherwise
   */
  get(key: string): Promise<StateRecord | undefined>

  /**
   * Store or update a record
   * @param record The record to store
   */
  set(record: StateRecord): Promise<void>

  /**
   * Delete a record by key
   * @param key The unique key for the record
   */
  delete(key: string): Promise<void>

  /**
   * Retrieve all records
   * @returns Array of all stored records
   */
  getAll(): Promise<StateRecord[]>

  /**
   * Clear all records from storage
   */
  clear(): Promise<void>

  /**
   * Optional: Clean up resources when done
   */
  close?(): void
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Whatever is a backend by the document is one for us, and ours are by the document. */
export const backends: [theirs: (backend: StorageBackend) => OurBackend, ours: (backend: OurBackend) => StorageBackend] = [
  backend => backend,
  backend => backend,
]

/** Whatever is a record by the document is one for us, and ours are by the document: but for versions they are the same. */
export const records: [theirs: (record: StateRecord) => OurRecord, ours: (record: OurRecord) => StateRecord] = [
  record => record,
  record => record,
]
export const same: Same<Omit<OurRecord, 'version'>, StateRecord> = true
