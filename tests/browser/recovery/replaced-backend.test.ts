/** What a page-provided backend is still doing for a worker that is gone gives way to what is asked of it after. */

import { type StateRecord, WorkerReplacedError } from 'pubwiki-lua'
import { HostBackend } from '../../../host-js/src/host-calls/host-backend.js'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { endWorker } from '../support/mortal-worker.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'
import { passed } from '../support/passed.js'

const KEY = 'script.main.k'
const RECORD = { key: 'main:script.main:k', value: '1', createdAt: 1, updatedAt: 1, expiresAt: null }

/** The document's backend, whose next write takes until it is released. */
class SlowBackend extends MyCustomBackend {
  letGo = () => {}
  #held: Promise<void> | null = null
  #begun = () => {}

  /** Resolves when the write that is held has begun. */
  holdNext(): Promise<void> {
    return new Promise(begun => {
      this.#held = new Promise(letGo => {
        this.letGo = letGo
      })
      this.#begun = begun
    })
  }

  override async set(record: StateRecord) {
    const held = this.#held
    this.#held = null
    if (held) {
      this.#begun()
      await held
    }
    await super.set(record)
  }
}

describe('a write that a page-provided backend is still doing when its worker is replaced', () => {
  it('does not undo what is acknowledged after it', async () => {
    const backend = new SlowBackend()
    const runner = await start({ backend })
    const begun = backend.holdNext()
    const first = failureOf(runner.state.set('main', KEY, 'first'))
    await begun
    endWorker()
    expect(await first).toBeInstanceOf(WorkerReplacedError)
    const second = runner.state.set('main', KEY, 'second')
    // Were it not waited for, the second would be stored by then.
    await Promise.race([second, passed(1_000)])
    backend.letGo()
    await second

    expect(await backend.get(RECORD.key)).toMatchObject({ value: 'second' })
    expect(await runner.state.get('main', KEY)).toBe('second')
  })

  it('is taken back with the import that it is of', async () => {
    const backend = new SlowBackend()
    const runner = await start({ backend })
    await runner.state.set('main', 'script.main.kept', 1)
    const lines = ['a', 'b', 'c']
      .map(rest => JSON.stringify({ ...RECORD, key: `main:script.main:${rest}`, expiresAt: undefined }))
      .join('\n')
    const begun = backend.holdNext()
    const importing = failureOf(runner.state.import(lines))
    await begun
    endWorker()
    await Promise.race([importing, passed(1_000)])
    backend.letGo()
    expect(await importing).toBeInstanceOf(WorkerReplacedError)

    expect(await runner.state.list('main', '')).toEqual(['script.main.kept'])
  })

  it('is waited for by the next worker, and a read is not', async () => {
    const backend = new SlowBackend()
    backend.get = () => new Promise(() => undefined)
    const host = new HostBackend(backend)
    await host.serve('Init')
    const begun = backend.holdNext()
    void host.serve({ Get: { key: 'k' } })
    const write = host.serve({ Set: { record: RECORD } })
    await begun
    const order: string[] = []
    const init = host.serve('Init').then(() => order.push('init'))
    void write.then(() => order.push('write'))
    await passed(0)
    expect(order).toEqual([])
    backend.letGo()
    await init

    expect(order).toEqual(['write', 'init'])
  })
})
