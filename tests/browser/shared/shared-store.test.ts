/** State on an engine that several users share. */

import { MemoryBackend, type Notice, type StorageBackend } from 'pubwiki-lua'
import { sharedConformanceTests } from 'pubwiki-lua/testing'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'
import { type SharedBackend, SharedStore } from '../support/shared-store.js'

const main = { scriptId: 'main' }
const KEY = 'main:script.main.n'.replace('.n', ':n')
const ADD = 'return State.update("script.main.n", function(n) return (n or 0) + 1 end)'

function record(key: string, value: unknown) {
  return { key, value, createdAt: 1, updatedAt: 2 }
}

/** Resolves when the next change of a key is seen. */
function seen(watch: (callback: (value: unknown) => void) => () => void): Promise<unknown> {
  return new Promise(resolve => {
    const end = watch(value => {
      end()
      resolve(value)
    })
  })
}

describe('a shared store', () => {
  const make = () => {
    const store = new SharedStore()
    const [one, other] = [store.user(), store.user()]
    return { one, other, cut: () => one.cut(), mend: () => one.mend() }
  }
  for (const { name, run } of sharedConformanceTests(make)) it(name, run)
})

describe('the conformance suite of shared stores', () => {
  type Fault = (backend: SharedBackend) => Partial<StorageBackend>
  const faults: Record<string, Fault> = {
    'a compareAndSet that compares nothing': backend => ({
      compareAndSet: async (key, _, next) => {
        if (next) await backend.set(next)
        else await backend.delete(key)
        return { ok: true, version: String((await backend.get(key))?.version) }
      },
    }),
    'a compareAndSet that reads first and writes then': backend => ({
      compareAndSet: async (key, version, next) => {
        const current = await backend.get(key)
        if (current?.version !== version) return { ok: false, current }
        await backend.set(next ?? record(key, null))
        return { ok: true, version: String((await backend.get(key))?.version) }
      },
    }),
    'records without versions': backend => ({
      get: async key => {
        const found = await backend.get(key)
        return found && record(found.key, found.value)
      },
    }),
    'a guess at what was cut off': backend => {
      const swap = backend.compareAndSet.bind(backend)
      return {
        compareAndSet: (...args) => swap(...args).catch(() => ({ ok: false, current: undefined })),
      }
    },
    'changes that are told without removals': backend => {
      const changes = backend.changes.bind(backend)
      return {
        changes: listener =>
          changes(told => listener(told === 'all' ? told : told.filter(change => change.record !== undefined))),
      }
    },
    'changes out of order': backend => {
      const changes = backend.changes.bind(backend)
      return {
        changes: listener => changes(told => void setTimeout(() => listener(told), Math.random() * 20)),
      }
    },
    'a transact that stores what it can': backend => ({
      transact: async writes => {
        for (const { key, next } of writes)
          if (next) await backend.set(next)
          else await backend.delete(key)
        return { ok: true }
      },
    }),
    'a page that comes again': backend => {
      const scanPage = backend.scanPage.bind(backend)
      return {
        scanPage: async (prefix, _, limit) => ({ ...(await scanPage(prefix, undefined, limit)), cursor: 'next' }),
      }
    },
  }
  for (const [fault, change] of Object.entries(faults)) {
    it(`finds ${fault}`, async () => {
      const tests = sharedConformanceTests(() => {
        const store = new SharedStore()
        const [one, other] = [store.user(), store.user()]
        const setup = { cut: one.cut.bind(one), mend: one.mend.bind(one) }
        for (const user of [one, other]) {
          const plain = Object.assign(Object.create(user), {}) as SharedBackend
          Object.assign(user, change(bound(plain, user)))
        }
        return { one, other, ...setup }
      })
      const outcomes = await Promise.allSettled(tests.map(test => test.run()))
      expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
    })
  }
})

/** The methods of `of` as they are now. */
function bound(to: SharedBackend, of: SharedBackend): SharedBackend {
  for (const name of ['get', 'set', 'delete', 'compareAndSet', 'changes', 'scanPage'] as const) {
    Object.assign(to, { [name]: of[name].bind(of) })
  }
  return to
}

describe('State on a shared store', () => {
  it('hears what others write, and reads it from memory', async () => {
    const store = new SharedStore()
    const backend = store.user()
    const runner = await start({ backend })
    const changed = seen(callback => runner.state.watch('main', 'script.main.n', callback))
    await runner.state.get('main', 'script.main.n')
    store.write(KEY, record(KEY, { a: [1] }))

    expect(await changed).toEqual({ a: [1] })
    expect(await runner.state.get('main', 'script.main.n')).toEqual({ a: [1] })
    store.write(KEY, undefined)
    expect(await seen(callback => runner.state.watch('main', 'script.main.n', callback))).toBe(undefined)
    expect(backend.calls).toEqual(['scanPage'])
  })

  for (const way of ['scanPage', 'getAll'] as const) {
    it(`has what there was before, by ${way}, and updates that`, async () => {
      const store = new SharedStore()
      for (let number = 0; number < 2_500; number++) {
        const key = `main:script.main:${number}`
        store.write(key, record(key, number))
      }
      const backend = store.user()
      if (way === 'getAll') Object.assign(backend, { scanPage: undefined })
      const runner = await start({ backend })
      expect(await runner.state.list('main', 'script.main.')).toHaveLength(2_500)
      expect(backend.calls).toEqual(way === 'getAll' ? ['getAll'] : ['scanPage', 'scanPage', 'scanPage'])
      const add = 'return State.update("script.main.2499", function(n) return n + 1 end)'
      expect((await runner.run(add, main)).values).toEqual([2_500])
      expect(backend.calls.at(-1)).toBe('compareAndSet')
    })
  }

  it('updates atomically over all users', async () => {
    const store = new SharedStore()
    const backend = store.user()
    const runner = await start({ backend })
    // Another user is faster, time and again.
    const swap = backend.compareAndSet.bind(backend)
    let faster = 6
    backend.compareAndSet = async (...args) => {
      if (faster-- > 0) store.write(KEY, record(KEY, Number(store.records.get(KEY)?.value ?? 0) + 1))
      return swap(...args)
    }
    expect((await runner.run(ADD, main)).values).toEqual([7])
    faster = 2
    expect(await runner.state.update<number>('main', 'script.main.n', n => (n ?? 0) + 1)).toBe(10)
    expect(store.records.get(KEY)?.value).toBe(10)
  })

  it('updates with one call where nobody else writes', async () => {
    const backend = new SharedStore().user()
    const runner = await start({ backend })
    backend.calls.splice(0)
    for (let times = 0; times < 20; times++) await runner.run(ADD, main)
    expect(backend.calls).toEqual(Array(20).fill('compareAndSet'))
  })

  it('says when the outcome of an update is unknown, in Lua too', async () => {
    const store = new SharedStore()
    const backend = store.user()
    const runner = await start({ backend })
    const lost = Object.assign(new Error('the answer was lost'), { code: 'OUTCOME_UNKNOWN' })
    backend.compareAndSet = async () => {
      throw lost
    }
    expect(await failureOf(runner.run(ADD, main))).toMatchObject({
      name: 'StorageError',
      code: 'OUTCOME_UNKNOWN',
      cause: lost,
    })
    const caught = `local ok, failure = pcall(function() ${ADD} end) return failure.code`
    expect((await runner.run(caught, main)).values).toEqual(['OUTCOME_UNKNOWN'])
    backend.compareAndSet = async () => {
      throw Object.assign(new Error('no network'), { code: 'OFFLINE' })
    }
    const update = runner.state.update('main', 'script.main.n', () => 1)
    expect(await failureOf(update)).toMatchObject({ code: 'OFFLINE', operation: 'compareAndSet' })
  })

  it('reads all again after a gap, and tells when the engine is not reached', async () => {
    const store = new SharedStore()
    const [backend, notices] = [store.user(), [] as Notice[]]
    const runner = await start({ backend, onNotice: notice => notices.push(notice) })
    store.write(KEY, record(KEY, 1))
    const changed = seen(callback => runner.state.watch('main', 'script.main.n', callback))
    expect(await changed).toBe(1)
    backend.cut('its token has run out')
    store.write(KEY, record(KEY, 2))
    const again = seen(callback => runner.state.watch('main', 'script.main.n', callback))
    await runner.state.get('main', 'script.main.n')
    backend.mend()
    expect(await again).toBe(2)
    expect(notices).toEqual([
      { code: 'OFFLINE', message: 'the storage backend is offline: its token has run out' },
      { code: 'ONLINE', message: 'the storage backend is online' },
    ])
  })

  it('stores what a script sets at once, all or nothing', async () => {
    const backend = new SharedStore().user()
    const runner = await start({ backend })
    backend.calls.splice(0)
    await runner.run('State.set("script.main.a", 1) State.set("script.main.b", 2) State.delete("script.main.c")', main)
    expect(backend.calls).toEqual(['transact'])
  })

  it('refuses records without versions, and changes that are none', async () => {
    const backend = new SharedStore().user()
    backend.compareAndSet = async () => ({ ok: true }) as never
    const runner = await start({ backend })
    const failure = await failureOf(runner.run(ADD, main))
    expect(failure).toMatchObject({ code: 'STORAGE_FAILED', message: expect.stringContaining('version') })
  })

  it('says once that updates are not shared where nothing compares versions', async () => {
    const notices: Notice[] = []
    const runner = await start({ backend: new MyCustomBackend(), onNotice: notice => notices.push(notice) })
    for (let times = 0; times < 2; times++) await runner.run(ADD, main)
    expect(notices).toMatchObject([{ code: 'UPDATE_NOT_SHARED', message: expect.stringContaining('MyCustomBackend') }])
    const builtIn = await start({ backend: new MemoryBackend(), onNotice: notice => notices.push(notice) })
    await builtIn.run(ADD, main)
    expect(notices).toHaveLength(1)
  })

  it('takes a write that failed, was caught and then succeeded for stored', async () => {
    const backend = new MyCustomBackend()
    const set = backend.set.bind(backend)
    backend.set = async () => {
      backend.set = set
      throw new Error('another was faster')
    }
    const runner = await start({ backend })
    const code = `
      State.set("script.main.n", 1)
      local ok = pcall(State.flush)
      State.set("script.main.n", 2)
      return ok`
    expect((await runner.run(code, main)).values).toEqual([false])
    expect((await backend.get(KEY))?.value).toBe(2)
  })

  it('hears 10,000 changes, and the page has turns meanwhile', async () => {
    const store = new SharedStore()
    const runner = await start({ backend: store.user() })
    await runner.state.get('main', 'script.main.n')
    const end = seen(callback => runner.state.watch('main', 'script.main.9999', callback))
    await runner.state.get('main', 'script.main.n')
    for (let number = 0; number < 10_000; number++) {
      const key = `main:script.main:${number}`
      store.write(key, record(key, number))
    }
    expect(await end).toBe(9_999)
    expect(await runner.state.list('main', 'script.main.')).toHaveLength(10_000)
  })
})
