/** What State does for a run counts toward the run's memory before it is done: the worker's stays small. */

import { IndexedDBBackend, type StorageBackend, StorageError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { beside, told } from '../support/beside.js'
import { failureOf } from '../support/failure-of.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'
import { startTesting } from '../support/testing-package.js'
import { MIB, workerMemory } from '../support/worker-memory.js'

const main = { scriptId: 'main' }

describe('a value that is six times as long as JSON', () => {
  const large = (megabytes: number) => `local s, t = ("\\1"):rep(1000000), {} for i = 1, ${megabytes} do t[i] = s end`
  for (const [name, backend] of [
    ['memory', undefined],
    ['IndexedDB', () => new IndexedDBBackend({ database: `growth-${Math.random()}` })],
  ] as const) {
    for (const [megabytes, refusal] of [
      // More than a record may have, and more than the run has room for.
      [62, { name: 'ValueError', path: 'value' }],
      [10, { name: 'LimitError', limit: 'memoryBytes' }],
    ] as const)
      it(`is refused, and harms no other's write: ${megabytes} MB of it, in ${name}`, async () => {
        const runner = await startTesting(backend && { backend: backend() })
        const others = 'for i = 1, 50 do State.set("script.other.k" .. i, i) sleep(1) end'
        const other = runner.run(others, { scriptId: 'other' })
        const code = `${large(megabytes)} State.set("script.main.k", t)`
        const failed = await beside(runner, () => failureOf(runner.run(code, main)))
        told(`${megabytes} MB that are JSON six times as long`, failed)

        expect(failed.result).toMatchObject(refusal)
        await other
        expect(await runner.state.get('other', 'script.other.k50')).toBe(50)
        expect(await runner.state.get('main', 'script.main.k')).toBeUndefined()
        expect(await workerMemory(runner)).toBeLessThan(256 * MIB)
      })
  }

  it('ends its run as json.encode makes it', async () => {
    const runner = await startTesting()
    const failure = await failureOf(runner.run(`${large(62)} return #json.encode(t)`, main))

    expect(failure).toMatchObject({ name: 'LimitError', limit: 'memoryBytes' })
    expect(await workerMemory(runner)).toBeLessThan(256 * MIB)
  })
})

describe('what waits for watchers', () => {
  it('is no more than the run has room for', async () => {
    const runner = await startTesting()
    const code = `
      local function register(read) State.register({ ["my.ns"] = { read = read, write = true } }) end
      register(true)
      local big = ("x"):rep(10000000)
      for i = 1, 60 do
        State.watch("my.ns.k" .. i, function() end)
        State.set("my.ns.k" .. i, big)
        register(false) State.delete("my.ns.k" .. i) register(true)
      end`
    await runner.run(code, main)

    expect(await workerMemory(runner)).toBeLessThan(384 * MIB)
  })
})

describe('a backend of the page that fails', () => {
  it('is asked for ever more keys, and nothing of them stays', async () => {
    class Failing extends MyCustomBackend {
      override get(): Promise<never> {
        return Promise.reject(new Error('no'))
      }
    }
    const backend: StorageBackend = new Failing()
    const runner = await startTesting({ backend })
    const ask =
      'local x = ("x"):rep(4000) for i = 1, 3000 do assert(not pcall(State.get, "script.main." .. x .. i)) end'
    await runner.run(ask, main)
    const before = await workerMemory(runner)
    for (let time = 0; time < 3; time++) await runner.run(ask, main)

    expect((await workerMemory(runner)) - before).toBeLessThan(4 * MIB)
    expect(await failureOf(runner.run('return State.get("script.main.k")', main))).toBeInstanceOf(StorageError)
  })
})
