import { checkOptions } from '../checks/options.js'
import type * as wire from '../generated/protocol.js'
import { WorkerBackend } from './worker-backend.js'

/** Where an OpfsBackend keeps its records. */
export interface OpfsOptions {
  /** The folder's name, without a slash; `pubwiki-lua` by default. */
  folder?: string | undefined
}

/**
 * Keeps records in a log in the origin's private file system: the fastest that lasts. One worker
 * at a time has it; another's `init`, in a second tab say, rejects with a StorageError.
 */
export class OpfsBackend extends WorkerBackend {
  readonly choice: wire.BackendChoice

  constructor(options: OpfsOptions = {}) {
    super()
    checkOptions(options, 'options', { folder: 'a string' })
    this.choice = { Opfs: { folder: options.folder ?? null } }
  }
}
