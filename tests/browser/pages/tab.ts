/** Another tab's page: it does what the test's page asks of it over a BroadcastChannel. */

import { createRunner, type Runner } from 'pubwiki-lua'
import { meet, mixedOperations } from '../support/mixed-operations.js'
import { type Ask, type Asked, backends, type Heard, type TabCalls } from '../support/tab-calls.js'

const query = new URLSearchParams(location.search)
const channel = new BroadcastChannel(query.get('channel') ?? '')
const artifact = query.get('artifact') === 'portable' ? 'portable' : 'jspi'
let runner: Runner | null = null

function running(): Runner {
  if (!runner) throw new Error('this tab has no runner')
  return runner
}

/** One that is blocked waits until the other tabs have released it. */
const settled = (request: IDBOpenDBRequest) =>
  new Promise<void>((resolve, reject) => {
    request.onsuccess = () => {
      // A deleted database has none.
      const database: IDBDatabase | undefined = request.result
      database?.close()
      resolve()
    }
    request.onerror = () => reject(request.error ?? new Error('it failed'))
  })

const calls: TabCalls = {
  async open(kind, place) {
    await runner?.close()
    runner = await createRunner({ backend: backends[kind](place), artifact })
  },
  async run(code) {
    const { values } = await running().run(code, { scriptId: 'main', limits: { timeoutMs: 110_000 } })
    return values
  },
  async watch(key) {
    running().state.watch('main', key, value => channel.postMessage({ heard: value, at: Date.now() } satisfies Heard))
    // It is there when what is asked after it is answered.
    await running().state.flush()
  },
  async upgrade(database, version) {
    await settled(indexedDB.open(database, version))
  },
  async remove(database) {
    await settled(indexedDB.deleteDatabase(database))
  },
  mix: (seed, count) => mixedOperations(running(), seed, count),
  meet: (mark, others) => meet(running(), mark, others),
  records: () => running().state.records(),
  async close() {
    await runner?.close()
    runner = null
  },
}

channel.onmessage = async ({ data }: MessageEvent<Ask>) => {
  if (!('method' in data)) return
  const { id, method, args } = data
  const asked: Asked = await Promise.resolve((calls[method] as (...args: unknown[]) => Promise<unknown>)(...args)).then(
    answer => ({ id, answer }),
    (error: unknown) => ({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
  )
  channel.postMessage(asked)
  if (method === 'close') window.close()
}
channel.postMessage({ id: 0, answer: 'loaded' } satisfies Asked)
