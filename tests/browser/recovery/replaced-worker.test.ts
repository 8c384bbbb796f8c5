/**
 * A worker that is ended during each operation, at each message of its: every promise settles, nothing
 * that was acknowledged is lost, and all goes on in the worker that replaces it.
 */

import {
  createRunner,
  IndexedDBBackend,
  LocalStorageBackend,
  type Notice,
  OpfsBackend,
  type Runner,
  RunnerError,
  type StateRecord,
  type StorageBackend,
} from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { present } from '../support/engine.js'
import { endWorker, endWorkerAfter, hasEnded } from '../support/mortal-worker.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'
import { passed } from '../support/passed.js'

/** All of a stream. A Response would tell a failure of it as one of its own. */
async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let text = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
  return text
}

const main = { scriptId: 'main' }
const OPEN = { read: true, write: true, persistent: true }
const RECORDS = 20

const fresh = () => `replaced-${Math.random()}`

const kinds = present<(place: string) => StorageBackend>({
  IndexedDBBackend: database => new IndexedDBBackend({ database }),
  OpfsBackend: folder => new OpfsBackend({ folder }),
  LocalStorageBackend: prefix => new LocalStorageBackend(`${prefix}:`),
  'backend of the page': () => new MyCustomBackend(),
})

/** An operation; `round` makes its keys its own. */
type Act = (runner: Runner, round: number) => unknown
/** What it does, and what has to hold when its promise has resolved, or in any case. */
type Operation = [act: Act, done?: Act | undefined, always?: Act]

const key = (round: number) => `script.main.own${round}`
const own: Act = (runner, round) => runner.state.get('main', key(round))
const holdsOwn: Act = async (runner, round) => expect(await own(runner, round)).toBe(round)

const lines = (round: number) =>
  Array.from({ length: RECORDS }, (_, index) =>
    JSON.stringify({ key: `main:script.main:many${round}.${index}`, value: 1, createdAt: 1, updatedAt: 1 }),
  ).join('\n')

const operations: Record<string, Operation> = {
  'a run that writes': [
    (runner, round) => runner.run(`State.set("${key(round)}", ${round}) print("x") sleep(1)`, main),
    holdsOwn,
  ],
  'a run that updates': [
    (runner, round) => runner.run(`State.update("${key(round)}", function() return ${round} end)`, main),
    holdsOwn,
  ],
  'a run that calls the page': [
    runner => runner.run('assert(host.echo(1) == 1) print("x") assert(host.echo(2) == 2)', main),
  ],
  'a run that declares namespaces': [
    (runner, round) =>
      runner.run(`State.register({ ["my.n${round}"] = { read = true, write = true } }) host.echo(1)`, main),
    (runner, round) => expect(runner.state.listNamespaces('main')).toContain(`my.n${round}`),
  ],
  'state.get': [runner => runner.state.get('main', 'script.main.kept')],
  'state.set': [(runner, round) => runner.state.set('main', key(round), round), holdsOwn],
  'state.delete': [
    async (runner, round) => {
      await runner.state.set('main', key(round), round)
      expect(await runner.state.delete('main', key(round))).toBe(true)
    },
    async (runner, round) => expect(await own(runner, round)).toBeUndefined(),
  ],
  'state.update': [(runner, round) => runner.state.update('main', key(round), () => round), holdsOwn],
  'state.list': [async runner => expect(await runner.state.list('main', 'script.main.kept')).toHaveLength(1)],
  'state.entries': [
    async runner =>
      expect((await runner.state.entries('main', { prefix: 'script.main.kept' })).entries).toHaveLength(1),
  ],
  'state.preload': [runner => runner.state.preload('main', ['script.main.kept'])],
  'state.flush': [runner => runner.state.flush()],
  'state.cleanupExpired': [runner => runner.state.cleanupExpired()],
  'state.records': [async runner => expect(await runner.state.records()).not.toHaveLength(0)],
  'state.export': [
    async runner => expect(await textOf(await runner.state.export())).toContain('main:script.main:kept'),
  ],
  'state.import': [
    async (runner, round) => expect(await runner.state.import(lines(round))).toBe(RECORDS),
    async (runner, round) => expect(await runner.state.list('main', `script.main.many${round}.`)).toHaveLength(RECORDS),
    async (runner, round) =>
      expect([0, RECORDS]).toContain((await runner.state.list('main', `script.main.many${round}.`)).length),
  ],
  'state.registerNamespaces': [
    (runner, round) => {
      runner.state.registerNamespaces('main', { [`my.r${round}`]: OPEN })
      return runner.state.set('main', `my.r${round}.k`, round)
    },
    async (runner, round) => expect(await runner.state.get('main', `my.r${round}.k`)).toBe(round),
    (runner, round) => runner.state.set('main', `my.r${round}.k`, round),
  ],
  'state.unregisterScript': [
    (runner, round) => {
      runner.state.registerNamespaces('other', { [`my.u${round}`]: OPEN })
      runner.state.unregisterScript('other')
      return runner.state.flush()
    },
    undefined,
    runner => expect(runner.state.listNamespaces('other')).toEqual(['script.other', 'temp']),
  ],
  'modules.register': [
    async (runner, round) => {
      runner.modules.register(`m${round}.lua`, `return ${round}`)
      expect((await runner.run(`return (require("file://m${round}.lua"))`, main)).values).toEqual([round])
    },
    undefined,
    async (runner, round) =>
      expect((await runner.run(`return (require("file://m${round}.lua"))`, main)).values).toEqual([round]),
  ],
}

/** Whether it resolved; else it rejects with an error that says that the worker is gone. */
async function isDone(promise: unknown, codes = ['WORKER_REPLACED']): Promise<boolean> {
  try {
    await promise
    return true
  } catch (error) {
    // What a test expects in vain is not such an error.
    if (!(error instanceof RunnerError)) throw error
    expect(codes).toContain(error.code)
    return false
  }
}

/**
 * Ends the worker at the first message that it sends while `act` is in progress, then at the second, and so on
 * until `act` is done before; `check` is told whether it has resolved.
 */
async function atEachMessage(
  act: (round: number) => unknown,
  check: (resolved: boolean, round: number) => unknown,
  codes?: string[],
): Promise<void> {
  for (let round = 1, ended = true; ended; round++) {
    endWorkerAfter(round - 1)
    const resolved = await isDone(act(round), codes)
    ended = hasEnded()
    if (!ended) expect(resolved).toBe(true)
    await check(resolved, round)
  }
}

for (const [kind, make] of Object.entries(kinds)) {
  describe(`a worker on a ${kind} that is ended`, () => {
    for (const [name, [act, done, always]] of Object.entries(operations)) {
      it(`during ${name}`, async () => {
        const notices: Notice[] = []
        const runner = await start({ backend: make(fresh()), onNotice: notice => notices.push(notice) })
        runner.registerFunction('echo', value => value)
        runner.state.registerNamespaces('main', { 'my.kept': OPEN })
        const heard = new Map<unknown, () => void>()
        runner.state.watch('main', 'script.main.kept', value => heard.get(value)?.())
        let kept = 0
        const keep = () => runner.state.set('main', 'script.main.kept', ++kept)
        const check = async (resolved: boolean, round: number) => {
          expect(await runner.state.get('main', 'script.main.kept')).toBe(kept)
          if (resolved) await done?.(runner, round)
          await always?.(runner, round)
          await runner.run('State.set("my.kept.k", 1)', main)
          const hears = new Promise<void>(resolve => heard.set(kept + 1, resolve))
          await keep()
          await hears
        }
        await keep()
        await atEachMessage(round => act(runner, round), check)
        // And before it is asked at all.
        const acting = act(runner, 0)
        endWorker()
        await check(await isDone(acting), 0)

        // Once, however many workers there were.
        const isUnshared = kind === 'backend of the page' && name.includes('update')
        expect(notices.map(({ code }) => code)).toEqual(isUnshared ? ['UPDATE_NOT_SHARED'] : [])
      })
    }

    it('during its start', async () => {
      const backend = make(fresh())
      const first = await createRunner({ artifact, backend })
      await first.state.set('main', 'script.main.kept', 'acknowledged')
      await first.close()
      const check = async () => {
        const runner = await createRunner({ artifact, backend })
        expect(await runner.state.get('main', 'script.main.kept')).toBe('acknowledged')
        await runner.close()
      }
      // One that has not said that it is there could not start.
      await atEachMessage(async () => (await createRunner({ artifact, backend })).close(), check, [
        'WORKER_FAILED',
        'WORKER_REPLACED',
      ])
    })

    it('during close', async () => {
      const backend = make(fresh())
      for (let round = 1, ended = true; ended; round++) {
        const runner = await createRunner({ artifact, backend })
        const writing = isDone(runner.state.set('main', key(round), round))
        // It has been asked by then.
        await passed(0)
        endWorkerAfter(round - 1)
        const closed = await isDone(runner.close())
        const written = await writing
        ended = hasEnded()
        if (!ended) expect(closed && written).toBe(true)
        const next = await createRunner({ artifact, backend })
        if (written) await holdsOwn(next, round)
        await next.close()
      }
    })
  })
}

/** What a page does with a backend by itself, and what has to hold then. */
const calls: Record<
  string,
  [call: (backend: StorageBackend, record: StateRecord) => Promise<unknown>, there?: 'the record' | 'nothing']
> = {
  init: [backend => backend.init()],
  get: [(backend, { key }) => backend.get(key)],
  set: [(backend, record) => backend.set(record), 'the record'],
  delete: [(backend, { key }) => backend.delete(key), 'nothing'],
  getAll: [async backend => expect(await backend.getAll()).not.toHaveLength(0)],
  clear: [backend => backend.clear(), 'nothing'],
  getMany: [async backend => expect(await backend.getMany?.(['kept'])).toHaveLength(1)],
  setMany: [(backend, record) => Promise.resolve(backend.setMany?.([record])), 'the record'],
  deleteMany: [(backend, { key }) => Promise.resolve(backend.deleteMany?.([key])), 'nothing'],
  scan: [async backend => expect(await backend.scan?.('kept')).toHaveLength(1)],
}

for (const kind of Object.keys(kinds).filter(kind => kind !== 'backend of the page')) {
  describe(`a worker that a page's own ${kind} uses`, () => {
    for (const [name, [call, there]] of Object.entries(calls)) {
      it(`is replaced when it is ended during ${name}`, async () => {
        const backend = kinds[kind]?.(fresh())
        if (!backend) throw new Error('there is no such backend')
        const record = (key: string, value: number) => ({ key, value, createdAt: 1, updatedAt: 1 })
        const keep = () => backend.set(record('kept', 1))
        await keep()
        await atEachMessage(
          round => call(backend, record('k', round)),
          async (resolved, round) => {
            if (resolved && there) expect((await backend.get('k'))?.value).toBe(there === 'nothing' ? undefined : round)
            if (name !== 'clear') expect(await backend.get('kept')).toEqual(record('kept', 1))
            await keep()
          },
        )
        backend.close?.()
      })
    }
  })
}
