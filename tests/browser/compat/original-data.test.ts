/** The original package's data, in the very formats that it left behind. */

import {
  createRunner,
  IndexedDBBackend,
  LocalStorageBackend,
  type Notice,
  STATE_DB_NAME,
  STATE_DB_VERSION,
  STATE_STORE_NAME,
} from 'pubwiki-lua'
import { afterEach, beforeEach, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'

const level = {
  fullKey: 'myApp.player.level',
  namespace: 'myApp.player',
  scriptId: 'myScript_v1',
  path: ['myApp', 'player', 'level'],
  value: { level: 3, ratio: 0.5, names: ['é', null] },
  timestamp: 1_700_000_000_000,
  expireAt: null as number | null,
  shared: false,
}
const shared = {
  ...level,
  fullKey: 'myApp.scores.best.ever',
  namespace: 'myApp.scores',
  scriptId: null,
  path: [],
  value: 7,
  expireAt: 9e12,
  shared: true,
}
const odd = { ...level, fullKey: 'elsewhere.k' }
const nobody = { ...level, fullKey: 'myApp.player.lost', scriptId: null }
const WANTED = [
  {
    key: '*:myApp.scores:best.ever',
    value: 7,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
    expiresAt: 9e12,
  },
  {
    key: 'myScript_v1:myApp.player:level',
    value: level.value,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
  },
]

function forget(database: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(database)
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })
}

function makeOriginal(objects: ReadonlyArray<{ fullKey: string }>): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(STATE_DB_NAME, STATE_DB_VERSION)
    request.onerror = () => reject(request.error)
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STATE_STORE_NAME, { keyPath: 'fullKey' })
      for (const index of ['namespace', 'scriptId', 'timestamp', 'expireAt']) store.createIndex(index, index)
      for (const object of objects) store.put(object)
    }
    request.onsuccess = () => {
      request.result.close()
      resolve()
    }
  })
}

async function clean(): Promise<void> {
  localStorage.clear()
  await forget(STATE_DB_NAME)
  await forget('pubwiki-lua')
}

beforeEach(clean)
afterEach(clean)

for (const [name, Backend, leave] of [
  ['IndexedDB', IndexedDBBackend, makeOriginal],
  [
    'localStorage',
    LocalStorageBackend,
    async (objects: ReadonlyArray<{ fullKey: string }>) => {
      for (const object of objects) localStorage.setItem(`${STATE_DB_NAME}:${object.fullKey}`, JSON.stringify(object))
    },
  ],
] as const) {
  describe(`the original's ${name}`, () => {
    const open = async (notices: Notice[] = []) =>
      createRunner({ artifact, backend: new Backend(), onNotice: notice => notices.push(notice) })

    it('is imported once, what does not fit is reported, and clearing does not bring it back', async () => {
      await leave([level, shared, odd, nobody])
      const notices: Notice[] = []
      const runner = await open(notices)
      expect(await runner.state.records()).toEqual(WANTED)
      expect(notices).toMatchObject([{ code: 'ORIGINAL_DATA_LEFT', message: expect.stringContaining('elsewhere.k') }])
      await runner.state.clear()
      await runner.close()
      const again = await open(notices)

      expect(await again.state.records()).toEqual([])
      expect(notices).toHaveLength(1)
      await again.close()
    })

    it('is not there: nothing is imported, and none is made', async () => {
      const runner = await open()
      expect(await runner.state.records()).toEqual([])
      await runner.close()

      expect((await indexedDB.databases()).map(database => database.name)).not.toContain(STATE_DB_NAME)
    })
  })
}

describe('a key that exists already', () => {
  it("wins over the original's", async () => {
    await makeOriginal([level, shared])
    const row = { key: 'myScript_v1:myApp.player:level', json: '"mine"', createdAt: 1, updatedAt: 1 }
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open('pubwiki-lua')
      request.onupgradeneeded = () => request.result.createObjectStore('records', { keyPath: 'key' }).put(row)
      request.onerror = () => reject(request.error)
      request.onsuccess = () => {
        request.result.close()
        resolve()
      }
    })
    const backend = new IndexedDBBackend()
    expect(await backend.get(row.key)).toEqual({ key: row.key, value: 'mine', createdAt: 1, updatedAt: 1 })
    expect(await backend.getAll()).toHaveLength(2)
    backend.close()
  })
})
