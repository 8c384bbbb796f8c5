/** The examples of the user's document, as they stand there, with scripts that use them. */

import {
  clearAllState,
  getAllStateRecords,
  IndexedDBBackend,
  loadRunner,
  LocalStorageBackend,
  MemoryBackend,
  resetRunnerState,
  runLua,
  setStorageBackend,
} from 'pubwiki-lua'
import type { StorageBackend, StateRecord } from 'pubwiki-lua'
import { afterEach, beforeEach, describe, expect, it } from '../harness/index.js'
import '../support/artifact.js'
import { consoleOf } from '../support/console-of.js'
import { EncryptedBackend } from '../support/encrypted-backend.js'
import { HybridBackend } from '../support/hybrid-backend.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'

const KEY = 'main:script.main:visits'
const COUNT = 'local n = State.get("script.main.visits", 0) + 1 State.set("script.main.visits", n) return n'

/** Waits until the runner that was reset has made its writes durable, and its backend was closed. */
async function closed(): Promise<void> {
  resetRunnerState()
  setStorageBackend(new MemoryBackend())
  await loadRunner()
  resetRunnerState()
}

/** The values of the rows in our database, as they are there. */
function rows(): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('pubwiki-lua')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const database = opening.result
      const reading = database.transaction('records').objectStore('records').getAll()
      reading.onerror = () => reject(reading.error)
      reading.onsuccess = () => {
        database.close()
        resolve(reading.result)
      }
    }
  })
}

beforeEach(() => resetRunnerState())
afterEach(async () => {
  for (const backend of [new IndexedDBBackend(), new LocalStorageBackend()]) await backend.clear()
  await closed()
})

describe('the built-in backends', () => {
  it('IndexedDBBackend is the default, and lasts', async () => {
    // Explicitly use IndexedDB (this is the default)
    const backend = new IndexedDBBackend()
    await loadRunner()

    expect(await runLua(COUNT, 'main')).toBe('1')
    expect(await backend.get(KEY)).toMatchObject({ value: 1 })
    resetRunnerState()
    setStorageBackend(backend)
    expect(await runLua(COUNT, 'main')).toBe('2')
  })

  it('MemoryBackend lasts as long as the page', async () => {
    // Use in-memory storage (data lost on page reload)
    const backend = new MemoryBackend()
    setStorageBackend(backend)
    await loadRunner()

    expect(await runLua(COUNT, 'main')).toBe('1')
    expect(await backend.get(KEY)).toMatchObject({ value: 1 })
    resetRunnerState()
    setStorageBackend(backend)
    expect(await runLua(COUNT, 'main')).toBe('2')
    resetRunnerState()
    setStorageBackend(new MemoryBackend())
    expect(await runLua(COUNT, 'main')).toBe('1')
  })

  it('LocalStorageBackend lasts, in the page\'s localStorage', async () => {
    // Use localStorage
    const backend = new LocalStorageBackend()
    setStorageBackend(backend)
    await loadRunner()

    expect(await runLua(COUNT, 'main')).toBe('1')
    expect(localStorage.getItem(`pubwiki-lua:${KEY}`)).toContain('"value":1')
    resetRunnerState()
    setStorageBackend(new LocalStorageBackend())
    expect(await runLua(COUNT, 'main')).toBe('2')
  })
})

describe('the custom backends', () => {
  it('MyCustomBackend says when it is made ready and when it is closed', async () => {
    const said = await consoleOf('log', async () => {
      // Use your custom backend
      const backend = new MyCustomBackend()
      setStorageBackend(backend)
      await loadRunner()

      expect(await runLua(COUNT, 'main')).toBe('1')
      expect(await backend.getAll()).toMatchObject([{ key: KEY, value: 1 }])
      expect(await getAllStateRecords()).toEqual(await backend.getAll())
      await clearAllState()
      expect(await backend.getAll()).toEqual([])
      await closed()
    })

    expect(said).toEqual([['Custom backend initialized'], ['Custom backend closed']])
  })

  it('HybridBackend reads from memory and keeps in IndexedDB', async () => {
    // Usage
    const backend = new HybridBackend()
    setStorageBackend(backend)
    await loadRunner()

    expect(await runLua(COUNT, 'main')).toBe('1')
    expect(await rows()).toMatchObject([{ key: KEY, json: '1' }])
    resetRunnerState()
    setStorageBackend(new HybridBackend())
    expect(await runLua(COUNT, 'main')).toBe('2')
    await runLua('State.delete("script.main.visits")', 'main')
    expect(await rows()).toEqual([])
  })

  it('EncryptedBackend keeps nothing in IndexedDB that can be read without its key', async () => {
    // Usage
    const backend = new EncryptedBackend()
    setStorageBackend(backend)
    await loadRunner()

    await runLua('State.set("script.main.secret", {word = "swordfish"})', 'main')
    expect(await runLua('return State.get("script.main.secret").word', 'main')).toBe('swordfish')
    expect(await getAllStateRecords()).toMatchObject([{ key: 'main:script.main:secret', value: { word: 'swordfish' } }])
    const kept = await rows()
    expect(kept).toMatchObject([{ key: 'main:script.main:secret' }])
    expect(JSON.stringify(kept)).not.toContain('swordfish')
    // Each init makes another key.
    resetRunnerState()
    setStorageBackend(new EncryptedBackend())
    expect(await runLua('return State.get("script.main.secret")', 'main')).toMatch(/^error: .*EncryptedBackend.*OperationError/)
  })
})

describe('the best practices', () => {
  it('always initialize before use: too late is an error that says so', async () => {
    const backend = new MemoryBackend()
    // ❌ Bad: Don't call setStorageBackend after loadRunner
    await loadRunner()
    const bad = () => setStorageBackend(backend) // Error!
    expect(bad).toThrow(/^Cannot set storage backend after state manager has been initialized$/)
    resetRunnerState()

    // ✅ Good: Set backend before loadRunner
    setStorageBackend(backend)
    await loadRunner()
    expect(await runLua(COUNT, 'main')).toBe('1')
    expect(await backend.getAll()).toHaveLength(1)
  })

  it('handle errors gracefully: a failing read is an absent record', async () => {
    class MyBackend extends MyCustomBackend implements StorageBackend {
      override async get(key: string): Promise<StateRecord | undefined> {
        try {
          // Your implementation
          return await this.fetchFromStorage(key)
        } catch (error) {
          console.error('Failed to get state:', error)
          return undefined // Return undefined on error
        }
      }

      fetchFromStorage(key: string): Promise<StateRecord | undefined> {
        if (key.endsWith('broken')) throw new Error(`cannot read ${key}`)
        return super.get(key)
      }
    }
    setStorageBackend(new MyBackend())
    await runLua('State.set("script.main.broken", 1) State.set("script.main.whole", 2)', 'main')
    const said = await consoleOf('error', async () => {
      const code = 'return State.get("script.main.broken", "none") .. State.get("script.main.whole")'
      expect(await runLua(code, 'main')).toBe('none2')
    })

    expect(said).toContainEqual(['Failed to get state:', new Error('cannot read main:script.main:broken')])
  })

  it('implement proper cleanup: the connection is closed with the runner', async () => {
    const events: string[] = []
    class Connection {
      readonly records = new Map<string, StateRecord>()
      close(): void {
        events.push(`closed with ${this.records.size}`)
      }
    }
    const openConnection = async () => {
      events.push('opened')
      return new Connection()
    }
    class MyBackend implements StorageBackend {
      private connection: Connection | null = null

      async init(): Promise<void> {
        this.connection = await openConnection()
      }

      close(): void {
        this.connection?.close()
        this.connection = null
      }

      async get(key: string) {
        return this.connection?.records.get(key)
      }

      async set(record: StateRecord) {
        this.connection?.records.set(record.key, record)
      }

      async delete(key: string) {
        this.connection?.records.delete(key)
      }

      async getAll() {
        return [...(this.connection?.records.values() ?? [])]
      }

      async clear() {
        this.connection?.records.clear()
      }
    }
    setStorageBackend(new MyBackend())
    await loadRunner()
    await runLua(COUNT, 'main')
    await closed()

    expect(events).toEqual(['opened', 'closed with 1'])
  })
})

describe('the migration guide', () => {
  it('old code still works', async () => {
    // Old code (still works)
    await loadRunner() // Uses IndexedDB by default

    expect(await runLua(COUNT, 'main')).toBe('1')
    expect(await rows()).toMatchObject([{ key: KEY, json: '1' }])
  })
})
