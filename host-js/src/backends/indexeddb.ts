import { checkOptions, checkWord } from '../checks/options.js'
import type * as wire from '../generated/protocol.js'
import type { Durability } from '../generated/protocol.js'
import { WorkerBackend } from './worker-backend.js'

/** The durabilities of writes. */
export const DURABILITIES: readonly Durability[] = ['relaxed', 'strict']

/** Where an IndexedDBBackend keeps its records. */
export interface IndexedDBOptions {
  /** The database's name; `pubwiki-lua` by default. */
  database?: string | undefined
  /** When a write is durable; `relaxed` by default. */
  durability?: Durability | undefined
}

/** Keeps records in the browser's IndexedDB. The default. */
export class IndexedDBBackend extends WorkerBackend {
  readonly choice: Extract<wire.BackendChoice, { IndexedDb: unknown }>

  constructor(options: IndexedDBOptions = {}) {
    super()
    checkOptions(options, 'options', { database: 'a string', durability: 'anything' })
    checkWord(options.durability, 'durability', DURABILITIES)
    this.choice = { IndexedDb: { database: options.database ?? null, durability: options.durability ?? 'relaxed' } }
  }
}
