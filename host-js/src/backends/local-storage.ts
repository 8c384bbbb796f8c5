import { checkOptional } from '../checks/options.js'
import type * as wire from '../generated/protocol.js'
import { WorkerBackend } from './worker-backend.js'

/**
 * Keeps records in the page's localStorage, a few megabytes at most. What is stored outlasts a
 * worker that dies at once; the browser writes it out a little later.
 */
export class LocalStorageBackend extends WorkerBackend {
  readonly choice: wire.BackendChoice

  /** The items' names begin with `prefix`; `pubwiki-lua:` by default. */
  constructor(prefix?: string) {
    super()
    checkOptional(prefix, 'prefix', 'a string')
    this.choice = { LocalStorage: { prefix: prefix ?? null } }
  }
}
