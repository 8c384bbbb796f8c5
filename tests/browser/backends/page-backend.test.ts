import { type StateRecord, type StorageBackend, StorageError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'

const main = { scriptId: 'main' }

function record(key: string, value: unknown): StateRecord {
  return { key, value, createdAt: 1, updatedAt: 2 }
}

/** Answers later, so that whoever reads has to wait. */
class SlowBackend extends MyCustomBackend {
  readonly read: string[] = []

  override async get(key: string): Promise<StateRecord | undefined> {
    this.read.push(key)
    await new Promise(resolve => setTimeout(resolve, 5))
    return super.get(key)
  }
}

/** The document's backend, with some methods replaced. */
function backendWith(methods: Partial<StorageBackend>): StorageBackend {
  return Object.assign(new MyCustomBackend(), methods)
}

/** What is not a value of the type, as a page without types could answer. */
function wrong<T>(value: unknown): T {
  return value as T
}

describe('a backend of the page', () => {
  it('keeps what scripts store', async () => {
    const backend = new MyCustomBackend()
    const runner = await start({ backend })
    await runner.run('State.set("script.main.k", {a = {1, 2.5}})', main)
    const stored = await backend.get('main:script.main:k')

    expect(stored).toMatchObject({ key: 'main:script.main:k', value: { a: [1, 2.5] } })
    expect(stored?.createdAt).toBeLessThanOrEqual(Date.now())
    expect(stored && 'expiresAt' in stored).toBe(false)
  })

  it('serves the next runner, and is initialised and closed once by each', async () => {
    const calls: string[] = []
    const backend = backendWith({
      init: async () => void calls.push('init'),
      close: () => void calls.push('close'),
    })
    for (const expected of [1, 2]) {
      const runner = await start({ backend })
      const { values } = await runner.run(
        'local n = State.get("script.main.n", 0) + 1 State.set("script.main.n", n) return n',
        main,
      )
      await runner.close()
      expect(values).toEqual([expected])
    }
    expect(calls).toEqual(['init', 'close', 'init', 'close'])
  })

  it('is read at most once per key and run, wherever in Lua', async () => {
    const backend = new SlowBackend()
    await backend.set(record('main:script.main:k', 7))
    const runner = await start({ backend })
    const { values } = await runner.run(
      'local m = setmetatable({}, {__index = function(_, k) return State.get("script.main." .. k) end}) return m.k + m.k',
      main,
    )

    expect(values).toEqual([14])
    expect(backend.read.filter(key => key === 'main:script.main:k')).toHaveLength(1)
  })

  it('can be waited for in a comparator', async () => {
    const backend = new SlowBackend()
    await backend.set(record('main:script.main:order', 'descending'))
    const runner = await start({ backend })
    const { values } = await runner.run(
      `
      local list = {1, 3, 2}
      table.sort(list, function(a, b)
        if State.get("script.main.order") == "descending" then return a > b end
        return a < b
      end)
      return list
      `,
      main,
    )

    expect(values).toEqual([[3, 2, 1]])
  })

  it(`${artifact === 'jspi' ? 'can' : 'cannot'} be waited for in a reader of load`, async () => {
    const backend = new SlowBackend()
    await backend.set(record('main:script.main:name', 'a name'))
    const runner = await start({ backend })
    const code = `
      local name
      local _, failure = load(function() name = State.get("script.main.name") end)
      if failure then error(failure, 0) end
      return name`
    const run = runner.run(code, main)

    if (artifact === 'jspi') {
      expect((await run).values).toEqual(['a name'])
    } else {
      const failure = await failureOf(run)
      expect(failure).toMatchObject({ name: 'CannotWaitError', code: 'CANNOT_WAIT' })
      expect(failure.message).toMatch(/cannot wait inside __gc, a reader of load.* make the call before/s)
    }
  })

  it('can be waited for in a comparator once the key is in memory', async () => {
    const backend = new SlowBackend()
    await backend.set(record('main:script.main:order', 'descending'))
    const runner = await start({ backend })
    const { values } = await runner.run(
      `
      local order = State.get("script.main.order")
      local list = {1, 3, 2}
      table.sort(list, function(a, b) return State.get("script.main.order") == "descending" and a > b end)
      return list
      `,
      main,
    )

    expect(values).toEqual([[3, 2, 1]])
  })

  it('whose init rejects makes the runner reject with the cause', async () => {
    const cause = new Error('Failed to connect to remote API')
    const failure = await failureOf(start({ backend: backendWith({ init: () => Promise.reject(cause) }) }))

    expect(failure).toBeInstanceOf(StorageError)
    expect(failure).toMatchObject({
      name: 'StorageError',
      code: 'STORAGE_FAILED',
      backend: 'MyCustomBackend',
      operation: 'init',
    })
    expect(failure.message).toContain('Failed to connect to remote API')
    expect(failure.cause).toBe(cause)
  })

  it('whose get throws is an error that the script can catch', async () => {
    const cause = new RangeError('Failed to fetch state')
    const runner = await start({
      backend: backendWith({
        get: () => {
          throw cause
        },
      }),
    })
    const { values } = await runner.run('local ok, e = pcall(State.get, "script.main.k") return ok, e.code', main)
    const failure = await failureOf(runner.run('State.get("script.main.k")', main))

    expect(values).toEqual([false, 'STORAGE_FAILED'])
    expect(failure).toBeInstanceOf(StorageError)
    expect(failure).toMatchObject({ keys: ['main:script.main:k'] })
    expect(failure.cause).toBe(cause)
  })

  it('whose set rejects makes the run reject, naming the keys', async () => {
    const cause = new Error('Failed to save state')
    const runner = await start({ backend: backendWith({ set: () => Promise.reject(cause) }) })
    const failure = await failureOf(runner.run('State.set("script.main.k", 1) return 1', main))

    expect(failure).toBeInstanceOf(StorageError)
    expect((failure as StorageError).keys).toEqual(['main:script.main:k'])
    expect(failure.cause).toBe(cause)
  })

  it('that throws something other than an Error is still described', async () => {
    const runner = await start({ backend: backendWith({ get: () => Promise.reject('plain text') }) })
    const failure = await failureOf(runner.run('State.get("script.main.k")', main))

    expect(failure.message).toContain('plain text')
    expect(failure.cause).toBe('plain text')
  })

  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const answers: Array<[name: string, answer: unknown]> = [
    ['text', 'text'],
    ['a record without a value', { key: 'main:script.main:k', createdAt: 1, updatedAt: 1 }],
    ['a record of another key', record('main:script.main:other', 1)],
    ['a record with a cyclic value', record('main:script.main:k', cycle)],
    ['a record with a function', record('main:script.main:k', () => 1)],
    ['a record without times', { key: 'main:script.main:k', value: 1 }],
    ['a record with an invalid time', { ...record('main:script.main:k', 1), updatedAt: Number.NaN }],
  ]
  for (const [name, answer] of answers) {
    it(`that answers with ${name} is a StorageError, and the runner works on`, async () => {
      const runner = await start({ backend: backendWith({ get: async () => wrong(answer) }) })
      const failure = await failureOf(runner.run('return State.get("script.main.k")', main))

      expect(failure).toBeInstanceOf(StorageError)
      expect((await runner.run('return 1', main)).values).toEqual([1])
    })
  }

  it('that answers null for a missing record is understood', async () => {
    const runner = await start({ backend: backendWith({ get: async () => wrong(null) }) })

    expect((await runner.run('return State.get("script.main.k", "none")', main)).values).toEqual(['none'])
  })
})

describe('an object that is not a backend', () => {
  it('is refused by name of what it lacks', async () => {
    const { createRunner } = await import('pubwiki-lua')
    const failure = await failureOf(createRunner({ backend: wrong({ init() {}, get() {}, set() {}, clear() {} }) }))

    expect(failure).toBeInstanceOf(TypeError)
    expect(failure.message).toContain('delete, getAll')
  })
})
