/** What the original's page does with backends: chooses one, and uses them by themselves. */

import {
  IndexedDBBackend,
  LocalStorageBackend,
  MemoryBackend,
  resetRunnerState,
  runLua,
  type SetOptions,
  type StateRecord,
  type StorageBackend,
  setState,
  setStorageBackend,
} from 'pubwiki-lua'

const COUNT = 'State.set("script.page.n", State.get("script.page.n", 0) + 1) return State.get("script.page.n")'
const SOON: SetOptions = { ttl: 60_000 }

/** A backend of the page's own. */
class MapBackend implements StorageBackend {
  readonly #records = new Map<string, StateRecord>()

  async init(): Promise<void> {}
  async get(key: string): Promise<StateRecord | undefined> {
    return this.#records.get(key)
  }
  async set(record: StateRecord): Promise<void> {
    this.#records.set(record.key, record)
  }
  async delete(key: string): Promise<void> {
    this.#records.delete(key)
  }
  async getAll(): Promise<StateRecord[]> {
    return [...this.#records.values()]
  }
  async clear(): Promise<void> {
    this.#records.clear()
  }
  close(): void {}
}

/** What was seen of one backend. */
export interface SeenBackend {
  byItself: unknown[]
  counts: string[]
  keys: string[]
}

/** Uses each backend by itself, and then for State: what a script counts outlasts the runner. */
export async function visitBackends(): Promise<Record<string, SeenBackend>> {
  const backends: Record<string, StorageBackend> = {
    IndexedDBBackend: new IndexedDBBackend(),
    LocalStorageBackend: new LocalStorageBackend('myApp:'),
    'LocalStorageBackend without a prefix': new LocalStorageBackend(),
    MemoryBackend: new MemoryBackend(),
    "the page's own": new MapBackend(),
  }
  const seen: Record<string, SeenBackend> = {}
  for (const [name, backend] of Object.entries(backends)) {
    await backend.init()
    await backend.clear()
    const byItself = await use(backend)
    const counts: string[] = []
    for (const _ of [1, 2]) {
      resetRunnerState()
      setStorageBackend(backend)
      counts.push(await runLua(COUNT, 'page'))
    }
    await setState('page', 'script.page.soon', 'gone', SOON)
    const keys = (await backend.getAll()).map(({ key }) => key).sort()
    resetRunnerState()
    seen[name] = { byItself, counts, keys }
    await backend.clear()
    backend.close?.()
  }
  return seen
}

async function use(backend: StorageBackend): Promise<unknown[]> {
  const record: StateRecord = {
    key: 'page:my.app:k',
    value: { a: [1, null] },
    createdAt: 1,
    updatedAt: 2,
    expiresAt: 4e12,
  }
  await backend.set(record)
  const steps = [await backend.get(record.key), await backend.getAll()]
  await backend.delete(record.key)
  return [...steps, await backend.get(record.key)]
}
