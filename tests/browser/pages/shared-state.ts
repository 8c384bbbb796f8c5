/** Users of a NATS server: two who add to a number, and write or hear many records, and some of whom other things are asked. */

import { createRunner, IndexedDBBackend, type Notice, type RunnerState, type StorageBackend } from 'pubwiki-lua'
import { withCache } from 'pubwiki-lua/cache'
import { NatsBackend } from '../../../host-js/src/nats.js'

const query = new URLSearchParams(location.search)
const number = (name: string) => Number(query.get(name))
const servers = (query.get('nats') ?? '').split(',')
const isOne = query.get('user') === 'one'
const [mine, theirs] = isOne ? ['my.game.one', 'my.game.other'] : ['my.game.other', 'my.game.one']
const post = (path: string, body: string) => fetch(path, { method: 'POST', body })
const limits = { timeoutMs: Infinity, cpuMs: Infinity }
const main = { scriptId: 'main' }
const notices: Notice[] = []
let noticed = () => {}

/** A runner on a backend, the worker of which may be ahead of time. */
async function open(backend: StorageBackend) {
  const artifact = query.get('artifact') === 'portable' ? 'portable' : 'jspi'
  const onNotice = (notice: Notice) => {
    notices.push(notice)
    noticed()
  }
  const ahead = query.has('ahead') ? { workerUrl: workerAhead(number('ahead')) } : {}
  const runner = await createRunner({ backend, artifact, limits, onNotice, ...ahead })
  return { runner, state: runner.state, becomes: watching(runner.state) }
}

/** The real worker on a machine whose clock is so many milliseconds ahead. */
function workerAhead(ms: number): string {
  const script = `const now = Date.now
    Date.now = () => now() + ${ms}
    await import(${JSON.stringify(new URL('/package/worker.js', location.href).href)})`
  return URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
}

/** Resolves when there is a notice like that, from the one of this number on; gives the number behind it. */
async function notice(is: (notice: Notice) => boolean, from = 0): Promise<number> {
  for (;;) {
    const found = notices.findIndex((each, index) => index >= from && is(each))
    if (found >= 0) return found + 1
    await new Promise<void>(resolve => {
      noticed = resolve
    })
  }
}

/** Declares the namespace; gives what resolves when a key has a value, whoever gave it. */
function watching(state: RunnerState) {
  state.registerNamespaces('main', { 'my.game': { read: true, write: true, shared: true, persistent: true } })
  return async (key: string, is: unknown) => {
    const wanted = typeof is === 'function' ? (is as (value: unknown) => boolean) : (value: unknown) => value === is
    let wake = (_: unknown) => {}
    const reached = new Promise(resolve => {
      wake = resolve
    })
    const end = state.watch('main', key, value => wanted(value) && wake(value))
    const now = await state.get('main', key)
    const value = wanted(now) ? now : await reached
    end()
    return value
  }
}

const codeOf = (error: unknown) => {
  const { code, message } = error as { code: unknown; message: unknown }
  return { code, message }
}

/** The owner counts, and the reader, who may not, hears of it; also after it was not let for a while. */
async function useRights(user: string): Promise<object> {
  const connect = { user: query.get('as'), pass: query.get('pass') }
  const { state, becomes } = await open(
    new NatsBackend({ servers, bucket: 'state', connect, create: user === 'owner' }),
  )
  if (user === 'owner') {
    for (let n = 1; ; n++) {
      await state.set('main', 'my.game.n', n)
      if (n === 1) await post('/progress', 'counts')
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
  const more = async (than: unknown) => await becomes('my.game.n', (n: unknown) => Number(n) > Number(than))
  const heard = [await more(0)]
  const refusals = [
    await state.set('main', 'my.game.n', -1).catch(codeOf),
    await state.update('main', 'my.game.n', () => -1).catch(codeOf),
  ]
  heard.push(await more(heard[0]))
  await post('/progress', 'heard')
  const from = await notice(({ message }) => message.includes('Permissions Violation'))
  const told = notices[from - 1]
  await post('/progress', 'told')
  await notice(({ code }) => code === 'ONLINE', from)
  heard.push(await more(heard[1]))
  return { heard, refusals, told }
}

/** Its token runs out, and the next one is not there at once. */
async function useToken(): Promise<object> {
  let asked = 0
  const authenticator = () => ({ auth_token: asked++ < 4 ? 'first' : 'next' })
  const { state } = await open(new NatsBackend({ servers, bucket: 'state', connect: { authenticator }, create: true }))
  const add = () => state.update('main', 'my.game.n', n => Number(n ?? 0) + 1)
  await add()
  await post('/progress', 'added')
  await notice(({ code }) => code === 'OFFLINE')
  return { sum: await add(), asked }
}

/** Opens while there is no server: from its copy, or not before there is one. Each hears of the other then. */
async function useOffline(step: string): Promise<object> {
  const engine = () => new NatsBackend({ servers, bucket: 'state', create: true })
  const cached = () => withCache(engine(), new IndexedDBBackend({ database: 'copy' }))
  if (step === 'first') {
    const { runner, state } = await open(cached())
    await state.set('main', 'my.game.n', 1)
    await runner.close()
    return {}
  }
  if (step === 'cached') {
    const { runner, state, becomes } = await open(cached())
    const read = await state.get('main', 'my.game.n')
    await state.set('main', 'my.game.n', 2)
    const refusal = await state.update('main', 'my.game.n', () => 7).catch(codeOf)
    await post('/progress', 'offline')
    await becomes('my.game.heard', 2)
    await runner.close()
    return { read, refusal }
  }
  const refusal = await open(engine()).catch(codeOf)
  await post('/progress', 'offline')
  await fetch('/next')
  const { runner, state, becomes } = await open(engine())
  await becomes('my.game.n', 2)
  await state.set('main', 'my.game.heard', 2)
  await runner.close()
  return { refusal }
}

/** Many readers, each with a connection of its own, hear what one writes. */
async function useReaders(count: number): Promise<object> {
  const last = 20
  let heard = 0
  const readers: Array<{ isHeard: Promise<void>; backend: NatsBackend }> = []
  // One after the other, as a browser connects.
  while (readers.length < count) {
    const backend = new NatsBackend({ servers, bucket: 'state', create: true })
    await backend.init()
    const isHeard = new Promise<void>(resolve => {
      backend.changes(changes => {
        if (changes !== 'all' && changes.some(({ record }) => record?.value === `value ${last}`)) resolve()
      })
    })
    await backend.getAll()
    readers.push({ isHeard: isHeard.then(() => void heard++), backend })
    if (readers.length % 10 === 0) await post('/progress', `${readers.length} opened`)
  }
  const { runner, state, becomes } = await open(new NatsBackend({ servers, bucket: 'state', create: true }))
  await state.set('main', mine, 1)
  await becomes(theirs, 1)
  await post('/progress', 'begun')
  const began = performance.now()
  for (let value = 1; isOne && value <= last; value++) await state.set('main', 'my.game.value', `value ${value}`)
  await Promise.all(readers.map(({ isHeard }) => isHeard))
  const ms = Math.round(performance.now() - began)
  await state.set('main', mine, 2)
  await becomes(theirs, 2)
  for (const { backend } of readers) backend.close()
  await runner.close()
  return { heard, ms }
}

/** Adds, and writes or hears. */
async function use(): Promise<object> {
  const [updates, records] = [number('updates'), number('records')]
  const backend = new NatsBackend({ servers, bucket: 'state', create: { replicas: servers.length } })
  const { runner, state, becomes } = await open(backend)
  await post('/progress', 'opened')
  /** Each waits for the other. */
  const meet = async (times: number) => {
    await state.set('main', mine, times)
    await becomes(theirs, times)
  }

  await meet(1)
  await post('/progress', 'begun')
  const began = performance.now()
  await runner.run(`for _ = 1, ${updates} do State.update("my.game.n", function(n) return (n or 0) + 1 end) end`, main)
  const updatesMs = Math.round(performance.now() - began)
  await post('/progress', 'updated')
  await becomes('my.game.n', 2 * updates)
  const sum = await state.get('main', 'my.game.n')
  const stored = (await backend.getAll()).find(({ value }) => value === sum)
  const atLeader = stored && (await backend.get(stored.key))?.value

  if (isOne) await state.set('main', 'my.game.last', 'one')
  await meet(2)
  const wrote = performance.now()
  if (isOne) {
    await runner.run(`for i = 1, ${records} do State.set("my.game.records." .. i, i) end State.flush()`, main)
    await state.set('main', 'my.game.written', 1)
  } else {
    await state.set('main', 'my.game.last', 'other')
    await becomes('my.game.written', 1)
  }
  const recordsMs = Math.round(performance.now() - wrote)
  const heard = (await state.list('main', 'my.game.records.')).length
  const asks = performance.now()
  const READS = 'for _ = 1, 100 do for i = 1, 10 do assert(State.get("my.game.records." .. i) == i) end end'
  await runner.run(READS, main)
  const readsMs = Math.round(performance.now() - asks)
  const lease = query.has('lease') ? await (isOne ? renew(state) : lapse(state)) : 0
  // Neither goes before the other has heard.
  await meet(3)
  const last = await state.get('main', 'my.game.last')
  await runner.close()
  return { sum, atLeader, heard, last, lease, updatesMs, recordsMs, readsMs }
}

const LEASE = 'my.game.lease'
const LEASE_MS = 3_000

/** Renews a lease for longer than it lasts. */
async function renew(state: RunnerState): Promise<number> {
  for (const until = performance.now() + 2 * LEASE_MS; performance.now() < until; ) {
    await state.set('main', LEASE, 'held', { ttl: LEASE_MS })
    await new Promise(resolve => setTimeout(resolve, LEASE_MS / 20))
  }
  await state.set('main', 'my.game.renewed', 1)
  return 0
}

/** How often the lease has lapsed while it was renewed. It lapses in the end. */
async function lapse(state: RunnerState): Promise<number> {
  const becomes = watching(state)
  let lapses = 0
  await becomes(LEASE, 'held')
  const end = state.watch('main', LEASE, value => void (lapses += Number(value === undefined)))
  await becomes('my.game.renewed', 1)
  const lapsed = lapses
  await becomes(LEASE, undefined)
  end()
  return lapsed
}

async function asked(): Promise<object> {
  const user = query.get('user') ?? ''
  switch (query.get('do')) {
    case 'rights':
      return useRights(user)
    case 'token':
      return useToken()
    case 'offline':
      return useOffline(user)
    case 'readers':
      return useReaders(number('readers'))
    default:
      return use()
  }
}

asked().then(
  report => post('/report', JSON.stringify({ failures: [], ...report })),
  (error: unknown) => post('/report', JSON.stringify({ failures: [String(error)] })),
)
