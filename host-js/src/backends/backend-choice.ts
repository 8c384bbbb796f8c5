/** Recognizes the built-in backends, whose calls need not cross to the page. */

import type * as wire from '../generated/protocol.js'
import { FsBackend } from './fs.js'
import { IndexedDBBackend } from './indexeddb.js'
import { LocalStorageBackend } from './local-storage.js'
import { MemoryBackend } from './memory.js'
import { OpfsBackend } from './opfs.js'
import type { StorageBackend } from './storage-backend.js'

/**
 * The backend that the worker opens by itself when `backend` is a built-in one; null for any other,
 * also for a page's class that extends a built-in one. `durability` takes precedence over the backend's own.
 */
export function builtInChoice(backend: StorageBackend, durability?: wire.Durability): wire.BackendChoice | null {
  const prototype: unknown = Object.getPrototypeOf(backend)
  const plain = (type: { prototype: unknown }) => prototype === type.prototype
  if (backend instanceof MemoryBackend && plain(MemoryBackend)) return backend.choice
  if (backend instanceof LocalStorageBackend && plain(LocalStorageBackend)) return backend.choice
  if (backend instanceof OpfsBackend && plain(OpfsBackend)) return backend.choice
  if (backend instanceof FsBackend && plain(FsBackend)) return backend.choice
  if (backend instanceof IndexedDBBackend && plain(IndexedDBBackend)) {
    const { IndexedDb } = backend.choice
    return { IndexedDb: { ...IndexedDb, durability: durability ?? IndexedDb.durability } }
  }
  return null
}
