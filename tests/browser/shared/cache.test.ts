/** State whose engine is out of reach at times. */

import { IndexedDBBackend, type StateRecord, type StorageBackend } from 'pubwiki-lua'
import { type CacheOptions, withCache } from 'pubwiki-lua/cache'
import { conformanceTests, sharedConformanceTests } from 'pubwiki-lua/testing'
import { LocalCopy } from '../../../host-js/src/cache/local-copy.js'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'
import { passed } from '../support/passed.js'
import { type SharedBackend, SharedStore } from '../support/shared-store.js'

const main = { scriptId: 'main' }
const KEY = 'main:script.main:n'
const GET = 'return State.get("script.main.n")'

function record(key: string, value: unknown): StateRecord {
  return { key, value, createdAt: 1, updatedAt: 2 }
}

/** A local backend that notes what is stored. */
class NotingBackend extends MyCustomBackend {
  readonly stored: string[] = []
  isFull = false

  override async set(record: StateRecord): Promise<void> {
    if (this.isFull) throw new Error('the disk is full')
    this.stored.push(record.key)
    await super.set(record)
  }
}

/** A cache of one user of a store. */
function cached(store: SharedStore, local: StorageBackend, options?: CacheOptions) {
  const engine = store.user()
  return { engine, backend: withCache(engine, local, options) }
}

/** Resolves when the store has this value at a key. */
async function stored(store: SharedStore, key: string, value: unknown): Promise<void> {
  const wanted = JSON.stringify(value)
  while (JSON.stringify(store.records.get(key)?.value) !== wanted) await new Promise(resolve => setTimeout(resolve, 10))
}

/** Sets a number while the engine is not reached. */
async function setOffline(store: SharedStore, local: StorageBackend, value: number, options?: CacheOptions) {
  const { engine, backend } = cached(store, local, options)
  const runner = await start({ backend })
  await runner.state.get('main', 'script.main.n')
  engine.cut()
  await runner.run(`State.set("script.main.n", ${value})`, main)
  return { engine, runner }
}

describe('a backend with a cache as every backend', () => {
  const make = () => cached(new SharedStore(), new MyCustomBackend()).backend
  for (const { name, run } of conformanceTests(make)) it(name, run)
})

describe('a backend with a cache as every shared one', () => {
  const make = () => {
    const store = new SharedStore()
    const [one, other]: [SharedBackend, SharedBackend] = [store.user(), store.user()]
    return { one: withCache(one, new MyCustomBackend()), other: withCache(other, new MyCustomBackend()) }
  }
  for (const { name, run } of sharedConformanceTests(make)) it(name, run)
})

describe('State with a cache', () => {
  it('opens from the copy where the engine is not reached, and hears of it when it is', async () => {
    const [store, local] = [new SharedStore(), new IndexedDBBackend({ database: `cache-${Math.random()}` })]
    store.write(KEY, record(KEY, 1))
    const first = await start({ backend: cached(store, local).backend })
    expect((await first.run(GET, main)).values).toEqual([1])
    await first.close()

    const { engine, backend } = cached(store, local)
    engine.cut()
    store.write(KEY, record(KEY, 2))
    const runner = await start({ backend })
    expect((await runner.run(GET, main)).values).toEqual([1])
    const changed = new Promise(resolve => runner.state.watch('main', 'script.main.n', resolve))
    await runner.state.get('main', 'script.main.n')
    engine.mend()
    expect(await changed).toBe(2)
  })

  it('opens with what was written last, though it was closed before it heard of that, and writes on top of it', async () => {
    const [store, local] = [new SharedStore(), new MyCustomBackend()]
    const first = cached(store, local)
    first.engine.tell = () => undefined
    const runner = await start({ backend: first.backend })
    await runner.run('State.set("script.main.n", 1)', main)
    await runner.close()

    const { engine, backend } = cached(store, local)
    engine.cut()
    const next = await start({ backend })
    expect((await next.run(GET, main)).values).toEqual([1])
    await next.run('State.set("script.main.n", 2)', main)
    engine.mend()
    await stored(store, KEY, 2)
  })

  it('has no copy to open from at first', async () => {
    const { engine, backend } = cached(new SharedStore(), new MyCustomBackend())
    engine.cut()
    expect(await failureOf(start({ backend }))).toMatchObject({ code: 'OFFLINE', operation: 'init' })
  })

  it('keeps plain writes until the engine is reached, over a restart too', async () => {
    const [store, local] = [new SharedStore(), new MyCustomBackend()]
    const { runner } = await setOffline(store, local, 5)
    expect((await runner.run(GET, main)).values).toEqual([5])
    await runner.close()
    expect(store.records.size).toBe(0)

    const again = cached(store, local)
    again.engine.cut()
    const next = await start({ backend: again.backend })
    expect((await next.run(GET, main)).values).toEqual([5])
    again.engine.mend()
    await stored(store, KEY, 5)
    expect((await next.run(GET, main)).values).toEqual([5])
  })

  it('fails updates meanwhile, with a code', async () => {
    const { runner, engine } = await setOffline(new SharedStore(), new MyCustomBackend(), 1)
    const add = 'return State.update("script.main.n", function(n) return n + 1 end)'
    expect(await failureOf(runner.run(add, main))).toMatchObject({ code: 'OFFLINE' })
    engine.mend()
    await runner.state.get('main', 'script.main.n')
    let values: unknown[] = []
    while (values.length === 0)
      values = await runner.run(add, main).then(
        done => done.values,
        () => [],
      )
    expect(values).toEqual([2])
  })

  it('lets what others have written be, unless the page says otherwise', async () => {
    for (const [onConflict, wins] of [
      [undefined, 7],
      [(mine: StateRecord | undefined) => mine, 5],
      [(mine?: StateRecord, theirs?: StateRecord) => mine && { ...mine, value: [mine.value, theirs?.value] }, [5, 7]],
    ] as const) {
      const store = new SharedStore()
      const { engine, runner } = await setOffline(store, new MyCustomBackend(), 5, onConflict ? { onConflict } : {})
      store.write(KEY, record(KEY, 7))
      store.write('main:script.main:other', record('main:script.main:other', 1))
      engine.mend()
      const both = 'return State.get("script.main.n"), State.get("script.main.other")'
      const wanted = JSON.stringify([wins, 1])
      while (JSON.stringify((await runner.run(both, main)).values) !== wanted) {
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      await stored(store, KEY, wins)
      await runner.close()
    }
  })

  it('writes of its copy what has changed alone, when the engine is reached again', async () => {
    const [store, local] = [new SharedStore(), new NotingBackend()]
    for (let number = 0; number < 100; number++) {
      const key = `main:script.main:${number}`
      store.write(key, record(key, 1))
    }
    const { engine, backend } = cached(store, local)
    const runner = await start({ backend })
    await runner.state.get('main', 'script.main.7')
    expect(local.stored.length).toBe(101)
    local.stored.splice(0)
    engine.cut()
    store.write('main:script.main:7', record('main:script.main:7', 2))
    const changed = new Promise(resolve => runner.state.watch('main', 'script.main.7', resolve))
    await runner.state.get('main', 'script.main.7')
    engine.mend()
    expect(await changed).toBe(2)
    await runner.close()
    expect(local.stored).toEqual(['copy:main:script.main:7'])
  })

  it('writes again what the local backend has failed to take', async () => {
    const [local, n] = [new NotingBackend(), { ...record('n', 1), version: 'v1' }]
    const copy = new LocalCopy(local)
    await copy.open()
    local.isFull = true
    expect((await failureOf(copy.noteAll([n]))).message).toBe('the disk is full')
    local.isFull = false
    await copy.noteAll([n])
    await copy.noteAll([n])
    expect(local.stored).toEqual(['copy:n', 'complete'])
  })

  it('reads again what it was reading when the engine was cut off, and reports no error', async () => {
    const store = new SharedStore()
    const { engine, backend } = cached(store, new MyCustomBackend())
    const runner = await start({ backend })
    const reported: unknown[] = []
    const note = (event: ErrorEvent) => {
      event.stopImmediatePropagation()
      reported.push(event.error)
    }
    addEventListener('error', note, { capture: true })
    engine.cut()
    store.write(KEY, record(KEY, 1))
    // It is told that all has changed, reads it, and gets no answer.
    engine.mend()
    engine.cut()
    await passed(500)
    const changed = new Promise(resolve => runner.state.watch('main', 'script.main.n', resolve))
    await runner.state.get('main', 'script.main.n')
    engine.mend()
    expect(await changed).toBe(1)
    removeEventListener('error', note, { capture: true })
    expect(reported).toEqual([])
  })

  it('loses and doubles nothing that was cut off', async () => {
    const store = new SharedStore()
    const { engine, backend } = cached(store, new MyCustomBackend())
    const runner = await start({ backend })
    const writing = runner.run('for i = 1, 200 do State.set("script.main." .. i, i) State.flush() end', main)
    for (let round = 0; round < 10; round++) {
      await new Promise(resolve => setTimeout(resolve, 5))
      engine.cut()
      await new Promise(resolve => setTimeout(resolve, 5))
      engine.mend()
    }
    await writing
    for (let number = 1; number <= 200; number++) await stored(store, `main:script.main:${number}`, number)
    expect(store.records.size).toBe(200)
  })
})
