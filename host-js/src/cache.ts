/**
 * State that goes on where its engine is out of reach:
 *
 *     import { withCache } from 'pubwiki-lua/cache'
 *
 *     const backend = withCache(new NatsBackend(options), new IndexedDBBackend({ database: 'cache' }))
 *
 * @module pubwiki-lua/cache
 */

import type { StorageBackend } from './backends/storage-backend.js'
import { CachedBackend, type CacheOptions } from './cache/cached-backend.js'

export type { CacheOptions } from './cache/cached-backend.js'

/**
 * A backend that keeps a copy of another's records, which has `compareAndSet` and `changes`, in `local`, which is used
 * by nothing else. It opens from the copy without the network, and reads go on; plain writes wait there, and are
 * sent when the engine is reached again, each in place of the version that it was based on. `State.update` fails with
 * the code `OFFLINE` meanwhile.
 */
export function withCache(backend: StorageBackend, local: StorageBackend, options: CacheOptions = {}): StorageBackend {
  return new CachedBackend(backend, local, options)
}
