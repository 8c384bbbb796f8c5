/** What a page gives by mistake: each is refused by its name, before anything happens. */

import {
  ArgumentError,
  createRunner,
  IndexedDBBackend,
  LocalStorageBackend,
  MemoryBackend,
  OpfsBackend,
  type Runner,
  setGluePath,
  setStorageBackend,
} from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

/** The functions as a page without types calls them. */
type Untyped = Record<string, (...args: unknown[]) => unknown>
type Call = (runner: Runner) => unknown

const untyped = (of: object) => of as unknown as Untyped
const run =
  (options?: unknown): Call =>
  runner =>
    untyped(runner)['run']?.('return 1', options)
const state =
  (name: string, ...args: unknown[]): Call =>
  runner =>
    untyped(runner.state)[name]?.(...args)
const modules =
  (name: string, ...args: unknown[]): Call =>
  runner =>
    untyped(runner.modules)[name]?.(...args)
const made =
  (options: unknown): Call =>
  () =>
    createRunner(options as object)
const main = (more: object) => run({ scriptId: 'main', ...more })
const none = () => undefined

/** What is called, and what the error names. */
const mistakes: Array<[path: string, call: Call]> = [
  ['options', made(null)],
  ['options', made('fast')],
  ['options', made([])],
  ['timeoutMs', made({ timeoutMs: 5 })],
  ['limits', made({ limits: null })],
  ['limits.timeout', made({ limits: { timeout: 5 } })],
  ['limits.timeoutMs', made({ limits: { timeoutMs: '5' } })],
  ['limits.cpuMs', made({ limits: { cpuMs: null } })],
  ['backend', made({ backend: null })],
  ['backend', made({ backend: 'indexeddb' })],
  ['backend', made({ backend: {} })],
  ['workerUrl', made({ workerUrl: 'http://' })],
  ['workerUrl', made({ workerUrl: null })],
  ['workerUrl', made({ workerUrl: 5 })],
  ['artifact', made({ artifact: 'fast' })],
  ['artifact', made({ artifact: null })],
  ['durability', made({ durability: 'eventual' })],
  ['durability', made({ durability: null })],
  ['modulePolicy', made({ modulePolicy: true })],
  ['resolve', made({ resolve: {} })],
  ['onNotice', made({ onNotice: null })],
  ['allowSelfNamedScripts', made({ allowSelfNamedScripts: 1 })],
  ['compile', made({ compile: 1 })],
  ['compile.threshold', made({ compile: { watched: 5 } })],
  ['compile.watched', made({ compile: { threshold: 1, watched: '5' } })],
  ['compile.heat', made({ compile: { heat: 1 } })],
  ['options', run()],
  ['options', run(null)],
  ['options', run('main')],
  ['scriptId', run({})],
  ['scriptId', run({ scriptId: 5 })],
  ['scriptID', main({ scriptID: 'main' })],
  ['timeoutMs', main({ timeoutMs: 5 })],
  ['limits', main({ limits: null })],
  ['limits', main({ limits: 5 })],
  ['limits.timeout', main({ limits: { timeout: 5 } })],
  ['limits.memoryBytes', main({ limits: { memoryBytes: '64' } })],
  ['args', main({ args: 'abc' })],
  ['args', main({ args: null })],
  ['args', main({ args: { length: 1 } })],
  ['name', main({ name: null })],
  ['signal', main({ signal: null })],
  ['signal', main({ signal: new AbortController() })],
  ['onOutput', main({ onOutput: null })],
  ['onOutputBytes', main({ onOutputBytes: 'x' })],
  ['onStderr', main({ onStderr: {} })],
  ['stdin', main({ stdin: null })],
  ['stdin', main({ stdin: 5 })],
  ['keepAlive', main({ keepAlive: 'yes' })],
  ['code', runner => untyped(runner)['run']?.(null, { scriptId: 'main' })],
  ['name', runner => untyped(runner)['registerFunction']?.(undefined, none)],
  ['callable', runner => untyped(runner)['registerFunction']?.('f', null)],
  ['scriptId', state('get', undefined, 'script.main.k')],
  ['key', state('get', 'main', undefined)],
  ['key', state('get', 'main', null)],
  ['key', state('set', 'main', 5, 1)],
  ['options', state('set', 'main', 'script.main.k', 1, null)],
  ['TTL', state('set', 'main', 'script.main.k', 1, { TTL: 5 })],
  ['ttl', state('set', 'main', 'script.main.k', 1, { ttl: '5' })],
  ['key', state('delete', 'main', {})],
  ['prefix', state('list', 'main', undefined)],
  ['query', state('entries', 'main', null)],
  ['first', state('entries', 'main', { first: 1 })],
  ['limit', state('entries', 'main', { limit: '1' })],
  ['order', state('entries', 'main', { order: 'time' })],
  ['order', state('entries', 'main', { order: null })],
  ['key', state('update', 'main', undefined, none)],
  ['change', state('update', 'main', 'script.main.k')],
  ['keyOrPrefix', state('watch', 'main', undefined, none)],
  ['callback', state('watch', 'main', 'script.main.k')],
  ['key', state('observe', undefined)],
  ['key', state('observe', 'main', null)],
  ['key', state('observe', 'wiki.page')],
  ['scriptId', state('registerNamespaces', null, {})],
  ['scriptId', state('unregisterScript', 5)],
  ['scriptId', state('listNamespaces', undefined)],
  ['keys', state('preload', 'main', 'script.main.k')],
  ['keys[1]', state('preload', 'main', ['script.main.k', 5])],
  ['options', state('export', null)],
  ['progress', state('export', { progress: none })],
  ['onProgress', state('import', '', { onProgress: true })],
  ['source', state('import', undefined)],
  ['source', state('import', { key: 'k' })],
  ['name', modules('register', undefined, '')],
  ['source', modules('register', 'm.lua', null)],
  ['name', modules('remove', 5)],
  ['options', () => new IndexedDBBackend(JSON.parse('null'))],
  ['name', () => new IndexedDBBackend(JSON.parse('{"name":"db"}'))],
  ['database', () => new IndexedDBBackend(JSON.parse('{"database":5}'))],
  ['durability', () => new IndexedDBBackend(JSON.parse('{"durability":"eventual"}'))],
  ['prefix', () => new LocalStorageBackend(JSON.parse('null'))],
  ['database', () => new OpfsBackend(JSON.parse('{"database":"x"}'))],
  ['key', () => new MemoryBackend().get(JSON.parse('5'))],
  ['keys', () => new MemoryBackend().getMany(JSON.parse('"k"'))],
  ['key', () => new IndexedDBBackend().delete(JSON.parse('null'))],
  ['prefix', () => new IndexedDBBackend().scan(JSON.parse('null'))],
  ['workerUrl', () => setGluePath('http://')],
  ['workerUrl', () => setGluePath(JSON.parse('null'))],
]

describe('what is given by mistake', () => {
  it('is a TypeError with a code that names it, and says what to give', async () => {
    const runner = await start()
    for (const [path, call] of mistakes) {
      const failure = await failureOf((async () => call(runner))())

      expect(failure).toBeInstanceOf(TypeError)
      expect(failure).toBeInstanceOf(ArgumentError)
      expect(failure).toMatchObject({ code: 'INVALID_VALUE', path })
      expect(failure.message).toContain(`${path}: `)
      expect(failure.message.length).toBeLessThan(300)
    }
    expect(await runner.state.list('main', 'script.main.')).toEqual([])
  })

  it('is told with what there is instead', async () => {
    expect((await failureOf(start({ limits: JSON.parse('{"timeout":5}') }))).message).toBe(
      'limits.timeout: there is no such option, only timeoutMs, cpuMs, memoryBytes and outputBytes',
    )
  })

  it('has a code too when it only comes too late', async () => {
    const { loadRunner, resetRunnerState } = await import('pubwiki-lua')
    setStorageBackend(new MemoryBackend())
    await loadRunner()

    expect(() => setStorageBackend(new MemoryBackend())).toThrow(
      'Cannot set storage backend after state manager has been initialized',
    )
    await expect((async () => setStorageBackend(new MemoryBackend()))()).rejects.toMatchObject({
      code: 'ALREADY_STARTED',
    })
    await expect((async () => setGluePath('/elsewhere.js'))()).rejects.toMatchObject({ code: 'ALREADY_STARTED' })
    resetRunnerState()
  })
})

describe('options that are undefined', () => {
  it('are as if they were not there', async () => {
    const runner = await start({ limits: undefined, onNotice: undefined, durability: undefined })
    const { values } = await runner.run('return ...', {
      scriptId: 'main',
      args: undefined,
      limits: { timeoutMs: undefined },
      signal: undefined,
      name: undefined,
    })

    expect(values).toEqual([])
  })
})

describe('no limit of time', () => {
  it('is Infinity, over a limit of the runner', async () => {
    const runner = await start({ limits: { timeoutMs: 50, cpuMs: 20 } })
    const code = 'local t = os.clock() repeat until os.clock() - t > 0.2 sleep(200) return 1'

    expect(await failureOf(runner.run(code, { scriptId: 'main' }))).toMatchObject({ code: 'LIMIT_EXCEEDED' })
    expect(
      (await runner.run(code, { scriptId: 'main', limits: { timeoutMs: Infinity, cpuMs: Infinity } })).values,
    ).toEqual([1])
  })

  it('is there for time alone', async () => {
    const runner = await start()
    for (const limit of ['memoryBytes', 'outputBytes']) {
      const failure = await failureOf(runner.run('return 1', { scriptId: 'main', limits: { [limit]: Infinity } }))

      expect(failure).toMatchObject({ name: 'ValueError', path: `limits.${limit}` })
    }
  })
})
