/** What other pages and the browser do to our database: nothing that is acknowledged is lost. */

import { createRunner, IndexedDBBackend } from 'pubwiki-lua'
import { beforeEach, describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { DevTools } from '../support/devtools.js'
import { failureOf } from '../support/failure-of.js'
import { impatientWorker, realWorkerAfter } from '../support/worker-script.js'
import { Writing } from '../support/writing.js'

const main = { scriptId: 'main' }
const ROW = 'main:script.main:'

let database = ''

beforeEach(() => {
  database = `other-pages-${Math.random()}`
})

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Another page's connection, with the version it asks for and what it does in the upgrade. */
async function open(version?: number, upgrade?: (database: IDBDatabase) => void): Promise<IDBDatabase> {
  const request = indexedDB.open(database, version)
  request.onupgradeneeded = () => upgrade?.(request.result)
  return settled(request)
}

/** The keys of the rows, as another page sees them. */
async function rows(): Promise<IDBValidKey[]> {
  const other = await open()
  try {
    return await settled(other.transaction('records').objectStore('records').getAllKeys())
  } finally {
    other.close()
  }
}

/** A connection that was opened and is closed again. */
async function closed(opening: Promise<IDBDatabase>): Promise<IDBDatabase> {
  const other = await opening
  other.close()
  return other
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${ROW}${from + index}`).sort()

describe('a page that upgrades the database', () => {
  it('is not kept waiting, and every write is there', async () => {
    const runner = await start({ backend: new IndexedDBBackend({ database }) })
    const writing = new Writing(runner)
    for (let round = 1; round <= 5; round++) {
      await writing.more(5)
      const { version } = await closed(open())
      const upgraded = await open(version + 1, other => other.createObjectStore(`theirs ${round}`))
      upgraded.close()
    }
    await writing.more(5)
    await writing.stop()

    expect(await rows()).toEqual(expect.arrayContaining(numbers(1, writing.last)))
    expect((await closed(open())).objectStoreNames.contains('theirs 5')).toBe(true)
  })
})

describe('a page that deletes the database', () => {
  it('is not kept waiting, what comes after is stored, and memory is as the database', async () => {
    const runner = await start({ backend: new IndexedDBBackend({ database }) })
    const writing = new Writing(runner)
    await writing.more(10)
    await settled(indexedDB.deleteDatabase(database))
    const first = await writing.next(runner)
    await writing.more(10)
    await writing.stop()
    const there = await rows()

    expect(there).toEqual(expect.arrayContaining(numbers(first, writing.last)))
    expect(there).not.toContain(`${ROW}1`)
    expect((await runner.state.list('main', '')).map(key => key.replace('script.main.', ROW)).sort()).toEqual(there)
  })

  it('is heard of by those who watch', async () => {
    const runner = await start({ backend: new IndexedDBBackend({ database }) })
    await runner.state.set('main', 'script.main.k', 1)
    const heard = new Promise(resolve => runner.state.watch('main', 'script.main.k', value => resolve(value ?? 'gone')))
    await runner.state.flush()
    await settled(indexedDB.deleteDatabase(database))

    expect(await heard).toBe('gone')
    expect(await runner.state.list('main', '')).toEqual([])
  })
})

describe('a page that does not leave', () => {
  it('keeps a runner waiting until it does', async () => {
    const other = await open(1, made => made.createObjectStore('theirs'))
    const starting = createRunner({ artifact, backend: new IndexedDBBackend({ database }) })
    await new Promise(resolve => (other.onversionchange = resolve))
    other.close()
    const runner = await starting
    await runner.state.set('main', 'script.main.k', 1)
    await runner.close()

    expect(await rows()).toEqual([`${ROW}k`])
  })

  it('is told to be the reason when it takes too long, and what it kept waiting works then', async () => {
    const other = await open(1, made => made.createObjectStore('theirs'))
    const starting = start({ backend: new IndexedDBBackend({ database }), workerUrl: impatientWorker() })
    const failure = await failureOf(starting)
    expect(failure).toMatchObject({ code: 'STORAGE_FAILED', operation: 'init', cause: { name: 'TimeoutError' } })
    expect(failure.message).toContain('another tab keeps the database from being opened')
    other.close()
    const runner = await start({ backend: new IndexedDBBackend({ database }) })
    await runner.state.set('main', 'script.main.k', 1)

    expect(await rows()).toEqual([`${ROW}k`])
  })

  it('lets writes fail that it keeps waiting, with memory as the database, and later ones work', async () => {
    const runner = await start({ backend: new IndexedDBBackend({ database }), workerUrl: impatientWorker() })
    await runner.state.set('main', 'script.main.kept', 1)
    const other = await open()
    const deleted = settled(indexedDB.deleteDatabase(database))
    await new Promise(resolve => (other.onversionchange = resolve))
    const failure = await failureOf(
      runner.run('State.set("script.main.new", 2)', { ...main, limits: { timeoutMs: 60_000 } }),
    )
    expect(failure).toMatchObject({ keys: [`${ROW}new`], cause: { name: 'TimeoutError' } })
    other.close()
    await deleted
    await runner.state.set('main', 'script.main.later', 3)

    expect(await rows()).toEqual([`${ROW}later`])
    expect(await runner.state.get('main', 'script.main.new')).toBeUndefined()
  })
})

describe('the browser', () => {
  it('that ends transactions from outside loses no write', async () => {
    const aborting = `
      let count = 0
      const transaction = IDBDatabase.prototype.transaction
      IDBDatabase.prototype.transaction = function (...args) {
        const made = transaction.apply(this, args)
        if (args[1] === 'readwrite' && ++count % 3 === 0) queueMicrotask(() => made.abort())
        return made
      }`
    const runner = await start({ backend: new IndexedDBBackend({ database }), workerUrl: realWorkerAfter(aborting) })
    const writing = new Writing(runner)
    await writing.more(30)
    await writing.stop()

    expect(await rows()).toEqual(expect.arrayContaining(numbers(1, writing.last)))
  })

  it('that closes the connection loses no write, and does not close the next', async () => {
    const closing = `
      let count = 0
      const transaction = IDBDatabase.prototype.transaction
      IDBDatabase.prototype.transaction = function (...args) {
        if (++count % 3 === 0) this.close()
        return transaction.apply(this, args)
      }`
    const runner = await start({ backend: new IndexedDBBackend({ database }), workerUrl: realWorkerAfter(closing) })
    const writing = new Writing(runner)
    await writing.more(30)
    await writing.stop()

    expect(await rows()).toEqual(expect.arrayContaining(numbers(1, writing.last)))
  })

  it("that removes the site's data leaves the runner working", async () => {
    const runner = await start({ backend: new IndexedDBBackend({ database }) })
    const writing = new Writing(runner)
    await writing.more(10)
    const tools = await DevTools.connect()
    await tools.clearDatabases()
    tools.close()
    const first = await writing.next(runner)
    await writing.more(10)
    await writing.stop()

    expect(await rows()).toEqual(expect.arrayContaining(numbers(first, writing.last)))
  })
})

describe('the rows that an opening finds', () => {
  it('are read with texts of every width', async () => {
    const texts = ['plain', 'ü', '𝄞', 'ends in 𝄞', '𝄞 begins', 'line\nbreak "quoted" \\ \u0000', '漢字'.repeat(50)]
    const writes = texts.map(text => `State.set("script.main." .. ${JSON.stringify(text)}, ${JSON.stringify(text)})`)
    const first = await start({ backend: new IndexedDBBackend({ database }) })
    await first.run(writes.join('\n').replaceAll('\\u0000', '\\0'), main)
    await first.close()
    const runner = await start({ backend: new IndexedDBBackend({ database }) })

    const records = await runner.state.records()
    expect(new Map(records.map(({ key, value }) => [key, value]))).toEqual(
      new Map(texts.map(text => [ROW + text, text])),
    )
  })

  it('are all there, of a prefix too, however many parts they are read in', async () => {
    const backend = new IndexedDBBackend({ database })
    const key = (group: string, at: number) => `${group}:${String(at).padStart(5, '0')}`
    for (const [group, count] of [
      ['a', 1],
      ['b', 499],
      ['c', 500],
      ['d\u{1d11e}', 501],
      ['e', 1000],
      ['\uffff', 1001],
    ] as const) {
      const keys = Array.from({ length: count }, (_, at) => key(group, at))
      await backend.setMany(keys.map(key => ({ key, value: key.length, createdAt: 1, updatedAt: 2 })))
      expect((await backend.scan(`${group}:`)).map(record => record.key)).toEqual(keys)
    }
    const all = await backend.getAll()
    backend.close()

    expect(all.length).toBe(1 + 499 + 500 + 501 + 1000 + 1001)
    expect(new Set(all.map(record => record.key)).size).toBe(all.length)
  })

  it('are refused when one is none of ours', async () => {
    await start({ backend: new IndexedDBBackend({ database }) }).then(runner => runner.close())
    for (const field of ['json', 'createdAt', 'updatedAt', 'expiresAt']) {
      const other = await open()
      const rows = other.transaction('records', 'readwrite').objectStore('records')
      await settled(rows.put({ key: `${ROW}1`, json: '1', createdAt: 1, updatedAt: 1, [field]: null }))
      other.close()
      const failure = await failureOf(start({ backend: new IndexedDBBackend({ database }) }))

      expect(failure).toMatchObject({ code: 'STORAGE_FAILED', cause: { name: 'DataError' } })
    }
  })
})
