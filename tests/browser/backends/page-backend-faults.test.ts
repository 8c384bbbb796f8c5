/** A page-provided backend that fails in all ways: each is a StorageError, and nothing acknowledged is lost. */

import { createRunner, type Runner, type StateRecord, type StorageBackend, StorageError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'
import { impatientWorker } from '../support/worker-script.js'

const main = { scriptId: 'main' }
const KEPT = 'main:script.main:kept'

type Method = 'get' | 'set' | 'delete' | 'getAll' | 'clear'

/** What is done to State, and which method of the backend it needs. */
const works: Record<Method, (runner: Runner) => PromiseLike<unknown>> = {
  get: runner => runner.run('return State.get("script.main.kept")', main),
  set: runner => runner.run('State.set("script.main.new", 1)', main),
  delete: runner => runner.run('State.delete("script.main.kept")', main),
  getAll: runner => runner.run('return State.list("")', main),
  clear: runner => runner.state.clear(),
}

/** The document's backend, whose methods can be replaced for a time. */
class FaultyBackend extends MyCustomBackend {
  fault: Partial<Record<Method, () => Promise<unknown>>> = {}

  override async get(key: string) {
    return this.fault.get ? wrong<StateRecord>(await this.fault.get()) : super.get(key)
  }

  override async set(record: StateRecord) {
    return this.fault.set ? void (await this.fault.set()) : super.set(record)
  }

  override async delete(key: string) {
    return this.fault.delete ? void (await this.fault.delete()) : super.delete(key)
  }

  override async getAll() {
    return this.fault.getAll ? wrong<StateRecord[]>(await this.fault.getAll()) : super.getAll()
  }

  override async clear() {
    return this.fault.clear ? void (await this.fault.clear()) : super.clear()
  }
}

/** What is not a value of the type, as a page without types could answer. */
function wrong<T>(value: unknown): T {
  return value as T
}

async function startOn(backend: StorageBackend): Promise<Runner> {
  const runner = await start({ backend, workerUrl: impatientWorker(), limits: { timeoutMs: 60_000 } })
  await runner.state.set('main', 'script.main.kept', 'acknowledged')
  return runner
}

/** All works again, and what was acknowledged is there. */
async function expectKept(runner: Runner, backend: FaultyBackend): Promise<void> {
  backend.fault = {}
  expect(await backend.getAll()).toMatchObject([{ key: KEPT, value: 'acknowledged' }])
  expect(await runner.state.get('main', 'script.main.kept')).toBe('acknowledged')
  expect(await runner.state.list('main', '')).toEqual(['script.main.kept'])
}

const methods = ['get', 'set', 'delete', 'getAll', 'clear'] as const

for (const method of methods) {
  describe(`a backend whose ${method}`, () => {
    it('throws fails what needs it', async () => {
      const backend = new FaultyBackend()
      const runner = await startOn(backend)
      const cause = new RangeError('as the test asked')
      backend.fault[method] = () => Promise.reject(cause)
      const failure = await failureOf(works[method](runner))

      expect(failure).toBeInstanceOf(StorageError)
      expect(failure.cause).toBe(cause)
      await expectKept(runner, backend)
    })

    it('never answers fails what needs it, when its time is over', async () => {
      const backend = new FaultyBackend()
      const runner = await startOn(backend)
      backend.fault[method] = () => new Promise(() => undefined)
      const failure = await failureOf(works[method](runner))

      expect(failure).toMatchObject({ code: 'STORAGE_FAILED', cause: { name: 'TimeoutError' } })
      await expectKept(runner, backend)
    })

    it('answers too late fails what needs it, and the answer counts for nothing', async () => {
      const backend = new FaultyBackend()
      const runner = await startOn(backend)
      const late: Array<(answer: unknown) => void> = []
      backend.fault[method] = () => new Promise(resolve => late.push(resolve))
      const failure = await failureOf(works[method](runner))
      for (const answer of late) answer({ key: KEPT, value: 'late', createdAt: 1, updatedAt: 1 })

      expect(failure).toMatchObject({ code: 'STORAGE_FAILED', cause: { name: 'TimeoutError' } })
      await expectKept(runner, backend)
    })
  })
}

describe('a backend whose getAll', () => {
  const record = { key: 'main:script.main:other', value: 1, createdAt: 1, updatedAt: 1 }
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const answers: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    'an object': {},
    'a text': 'text',
    'a list with null': [null],
    'a list with a record without times': [{ key: record.key, value: 1 }],
    'a list with a cyclic value': [{ ...record, value: cycle }],
    'a list with the same key twice': [record, record],
    'a list with an invalid time': [{ ...record, expiresAt: Number.NaN }],
  }
  for (const [name, answer] of Object.entries(answers)) {
    it(`answers ${name} fails what needs it`, async () => {
      const backend = new FaultyBackend()
      const runner = await startOn(backend)
      backend.fault.getAll = async () => answer
      const failure = await failureOf(works.getAll(runner))

      expect(failure).toBeInstanceOf(StorageError)
      expect(failure).toMatchObject({ operation: 'getAll' })
      await expectKept(runner, backend)
    })
  }
})

describe('a backend whose init', () => {
  it('never answers makes the runner reject, and works with the next', async () => {
    let ready = false
    const backend = Object.assign(new FaultyBackend(), {
      init: () => (ready ? Promise.resolve() : new Promise<void>(() => undefined)),
    })
    const failure = await failureOf(start({ backend, workerUrl: impatientWorker() }))
    expect(failure).toMatchObject({ code: 'STORAGE_FAILED', operation: 'init', cause: { name: 'TimeoutError' } })
    ready = true

    await expectKept(await startOn(backend), backend)
  })
})

describe('a backend whose close', () => {
  it("throws is told by the runner's close, and all is stored", async () => {
    const cause = new Error('cannot hang up')
    const backend = Object.assign(new FaultyBackend(), {
      close() {
        throw cause
      },
    })
    const runner = await createRunner({ artifact, backend })
    await runner.state.set('main', 'script.main.kept', 'acknowledged')
    const failure = await failureOf(runner.close())

    expect(failure).toMatchObject({ code: 'STORAGE_FAILED', operation: 'close' })
    expect(failure.cause).toBe(cause)
    expect(await backend.get(KEPT)).toMatchObject({ value: 'acknowledged' })
  })
})
