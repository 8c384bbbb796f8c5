/** A MemoryBackend lasts as long as the page holds it, whatever becomes of workers. */

import { MemoryBackend, WorkerReplacedError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { ready } from '../support/ready.js'
import { startTesting } from '../support/testing-package.js'

const main = { scriptId: 'main' }
const COUNT = 'local n = State.get("script.main.n", 0) + 1 State.set("script.main.n", n) return n'

describe('a MemoryBackend', () => {
  it('keeps its records from one runner to the next', async () => {
    const backend = new MemoryBackend()
    for (const expected of [1, 2]) {
      const runner = await start({ backend })
      expect((await runner.run(COUNT, main)).values).toEqual([expected])
      await runner.close()
    }
  })

  it('keeps its records when the worker is replaced', async () => {
    const runner = await startTesting({ backend: new MemoryBackend() })
    expect((await runner.run(COUNT, main)).values).toEqual([1])
    expect(await failureOf(runner.run('__test.panic()', main))).toBeInstanceOf(WorkerReplacedError)

    expect((await runner.run(COUNT, main)).values).toEqual([2])
  })

  it('keeps what the page itself stored when the worker is replaced, and shows it to scripts', async () => {
    const backend = new MemoryBackend()
    await backend.set({ key: 'main:script.main:n', value: 41, createdAt: 1, updatedAt: 1 })
    const runner = await startTesting({ backend })
    await failureOf(runner.run('__test.panic()', main))

    expect((await runner.run(COUNT, main)).values).toEqual([42])
    expect(await backend.get('main:script.main:n')).toMatchObject({ value: 42, createdAt: 1 })
  })

  it('is one for all who use it at the same time', async () => {
    const backend = new MemoryBackend()
    const [one, two] = [await start({ backend }), await start({ backend })]
    const { run: waiting } = await ready(
      two,
      'print("ready") State.wait("script.main.k", 10000) return State.get("script.main.k")',
    )
    await one.run('State.set("script.main.k", "heard")', main)
    expect((await waiting).values).toEqual(['heard'])
    const heard = [one, two].map(runner => new Promise(resolve => runner.state.watch('main', 'script.main.k', resolve)))
    await Promise.all([one.state.flush(), two.state.flush()])
    await backend.delete('main:script.main:k')

    expect(await Promise.all(heard)).toEqual([undefined, undefined])
    expect(await two.state.get('main', 'script.main.k')).toBeUndefined()
  })

  it('is apart from every other, and from localStorage', async () => {
    const [one, two] = [new MemoryBackend(), new MemoryBackend()]
    await one.set({ key: 'k', value: 1, createdAt: 1, updatedAt: 1 })
    const before = localStorage.length

    expect(await two.getAll()).toEqual([])
    expect(localStorage.length).toBe(before)
  })
})
