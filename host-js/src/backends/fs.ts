import { checkKind, checkOptions } from '../checks/options.js'
import type * as wire from '../generated/protocol.js'
import { WorkerBackend } from './worker-backend.js'

/** Where an FsBackend keeps its records. */
export interface FsOptions {
  /** The folder's path, or its `file:` URL as text; it is made when it is not there. */
  folder: string
}

/**
 * Keeps records in a log in a folder of the file system, in Node, Deno and Bun; in a browser `init` rejects with a
 * StorageError. One worker at a time has a folder, of all processes: another's `init` rejects too.
 */
export class FsBackend extends WorkerBackend {
  readonly choice: wire.BackendChoice

  constructor(options: FsOptions) {
    super()
    checkOptions(options, 'options', { folder: 'anything' })
    checkKind(options.folder, 'folder', 'a string')
    this.choice = { Fs: { folder: options.folder } }
  }
}
