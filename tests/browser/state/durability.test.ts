/** What is said of writes: few transactions, all or what the backend has, and time that only goes forward. */

import {
  createRunner,
  IndexedDBBackend,
  loadRunner,
  resetRunnerState,
  runLua,
  type StateRecord,
  StorageError,
  setStorageBackend,
} from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'
import { realWorkerAfter } from '../support/worker-script.js'

const main = { scriptId: 'main' }
const MANY = 'for n = 1, 10000 do State.set("script.main." .. string.format("%05d", n), n) end'

/** Asks the worker that listens on a channel. */
function ask(channel: BroadcastChannel, message: unknown): Promise<unknown> {
  const answered = new Promise(resolve => (channel.onmessage = ({ data }) => resolve(data)))
  channel.postMessage(message)
  return answered
}

describe('10,000 writes of a script', () => {
  it('are a handful of transactions', async () => {
    const name = `transactions-${Math.random()}`
    const counting = `
      let count = 0
      const transaction = IDBDatabase.prototype.transaction
      IDBDatabase.prototype.transaction = function (...args) {
        if (args[1] === 'readwrite') count++
        return transaction.apply(this, args)
      }
      const channel = new BroadcastChannel('${name}')
      channel.onmessage = () => channel.postMessage(count)`
    const channel = new BroadcastChannel(name)
    const runner = await start({
      backend: new IndexedDBBackend({ database: name }),
      workerUrl: realWorkerAfter(counting),
    })
    const before = Number(await ask(channel, 'how many'))
    await runner.run(MANY, main)
    const count = Number(await ask(channel, 'how many')) - before
    channel.close()

    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThanOrEqual(5)
    expect(await runner.state.list('main', '')).toHaveLength(10_000)
  })

  it('that fail at record 5,000 reject the run, name the keys, and leave memory as the backend', async () => {
    const cause = new Error('no more')
    class HalfBackend extends MyCustomBackend {
      room = 5_000
      /** How many records came in batches that were stored whole: a slow script writes in several. */
      acknowledged = 0

      async setMany(records: StateRecord[]) {
        for (const record of records) {
          if (this.room-- <= 0) throw cause
          await this.set(record)
        }
        this.acknowledged += records.length
      }

      async getMany(keys: string[]) {
        return (await this.getAll()).filter(({ key }) => keys.includes(key))
      }
    }
    const backend = new HalfBackend()
    const runner = await start({ backend })
    const failure = await failureOf(runner.run(MANY, main))
    const there = (await backend.getAll()).map(({ key }) => key.replace('main:script.main:', 'script.main.')).sort()
    const everyKey = Array.from({ length: 10_000 }, (_, n) => `main:script.main:${String(n + 1).padStart(5, '0')}`)

    expect(failure).toBeInstanceOf(StorageError)
    expect(failure.cause).toBe(cause)
    const failed = everyKey.slice(backend.acknowledged)
    // A failure names the first hundred.
    expect(failure instanceof StorageError && [...failure.keys].sort()).toEqual(failed.slice(0, 100))
    expect(there).toHaveLength(5_000)
    expect(await runner.state.list('main', '')).toEqual(there)
    const code = 'return State.get("script.main.05000"), State.get("script.main.05001", "none")'
    expect((await runner.run(code, main)).values).toEqual([5000, 'none'])
    await runner.run('State.set("script.main.05001", "later")', main)
    expect(await backend.get('main:script.main:05001')).toMatchObject({ value: 'later' })
  })
})

describe('two backends, one after the other', () => {
  it("each have what was acknowledged on them, and nothing of the other's", async () => {
    class SlowBackend extends MyCustomBackend {
      gate = Promise.resolve()

      override async set(record: StateRecord) {
        await this.gate
        await super.set(record)
      }
    }
    const [first, second] = [new SlowBackend(), new MyCustomBackend()]
    resetRunnerState()
    setStorageBackend(first)
    await loadRunner()
    await runLua('State.set("script.main.kept", "first")', 'main')
    let open: () => void = () => undefined
    first.gate = new Promise(resolve => (open = resolve))
    const running = runLua('State.set("script.main.late", "first")', 'main')
    const values = 'return State.get("script.main.kept", "none") .. State.get("script.main.late", "none")'
    resetRunnerState()
    setStorageBackend(second)
    const loading = loadRunner()
    open()
    await loading
    const acknowledged = !(await running).startsWith('error')
    expect(await runLua(values, 'main')).toBe('nonenone')
    await runLua('State.set("script.main.kept", "second")', 'main')
    resetRunnerState()
    setStorageBackend(first)
    const found = await runLua(values, 'main')
    resetRunnerState()

    expect(found).toMatch(acknowledged ? /^firstfirst$/ : /^first(first|none)$/)
    expect(await second.getAll()).toMatchObject([{ key: 'main:script.main:kept', value: 'second' }])
  })
})

describe('a clock that is set back', () => {
  it('brings nothing back that has expired', async () => {
    const name = `clock-${Math.random()}`
    const shifting = `
      let shift = 0
      const now = Date.now
      Date.now = () => now() + shift
      const channel = new BroadcastChannel('${name}')
      channel.onmessage = ({ data }) => { shift = data; channel.postMessage('shifted') }`
    const channel = new BroadcastChannel(name)
    const backend = new IndexedDBBackend({ database: name })
    const runner = await start({ backend, workerUrl: realWorkerAfter(shifting) })
    await runner.run(
      'State.set("script.main.soon", 1, {ttl = 60000}) State.set("script.main.later", 2, {ttl = 6000000})',
      main,
    )
    await ask(channel, 120_000)
    expect(await runner.state.list('main', '')).toEqual(['script.main.later'])
    await ask(channel, -3_600_000)
    expect(await runner.state.list('main', '')).toEqual(['script.main.later'])
    await runner.state.set('main', 'script.main.new', 3, { ttl: 60_000 })
    expect(await runner.state.list('main', '')).toEqual(['script.main.later', 'script.main.new'])
    await ask(channel, 0)
    await runner.close()
    channel.close()
    const next = await createRunner({ artifact, backend })
    const keys = await next.state.list('main', '')
    await next.close()

    expect(keys).not.toContain('script.main.soon')
    expect(keys).toContain('script.main.later')
  })
})
