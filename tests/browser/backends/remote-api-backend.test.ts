/** The document's RemoteAPIBackend, its URL alone replaced, against a real server. */

import { loadRunner, resetRunnerState, runLua, StorageError, setStorageBackend } from 'pubwiki-lua'
import { afterEach, beforeEach, describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { type Answers, Remote } from '../support/remote.js'
import { RemoteAPIBackend } from '../support/remote-api-backend.js'
import { impatientWorker } from '../support/worker-script.js'

const main = { scriptId: 'main' }
const KEPT = { 'main:script.main:kept': 'acknowledged' }

beforeEach(() => resetRunnerState())
afterEach(() => resetRunnerState())

describe('a RemoteAPIBackend', () => {
  it('keeps on its server what scripts store', async () => {
    const remote = new Remote()
    const backend = new RemoteAPIBackend(remote.url)
    setStorageBackend(backend)
    await loadRunner()
    await runLua(
      'State.set("script.main.k", {a = {1, 2.5}}) State.set("script.main./?#% é", "odd") State.set("script.main.gone", 1)',
      'main',
    )
    await runLua('State.delete("script.main.gone")', 'main')

    expect(await remote.values()).toEqual({ 'main:script.main:k': { a: [1, 2.5] }, 'main:script.main:/?#% é': 'odd' })
  })

  it('serves the next page from its server', async () => {
    const remote = new Remote()
    for (const expected of [1, 2]) {
      const runner = await start({ backend: new RemoteAPIBackend(remote.url) })
      const code = 'local n = State.get("script.main.n", 0) + 1 State.set("script.main.n", n) return n, State.list("")'
      expect((await runner.run(code, main)).values).toEqual([expected, ['script.main.n']])
      await runner.close()
    }
  })

  it('is cleared on its server', async () => {
    const remote = new Remote()
    const runner = await start({ backend: new RemoteAPIBackend(remote.url) })
    await runner.state.set('main', 'script.main.k', 1)
    await runner.state.clear()

    expect(await remote.values()).toEqual({})
  })

  it('whose server is not well is refused, and loads when it is', async () => {
    const remote = new Remote()
    setStorageBackend(new RemoteAPIBackend(remote.url))
    for (const answers of ['missing', 'broken'] as const) {
      await remote.answer(answers)
      const failure = await failureOf(loadRunner())
      expect(failure).toBeInstanceOf(StorageError)
      expect(failure).toMatchObject({
        backend: 'RemoteAPIBackend',
        operation: 'init',
        cause: { message: 'Failed to connect to remote API' },
      })
    }
    await remote.answer('well')
    await loadRunner()

    expect(await runLua('return State.get("script.main.k", "none")', 'main')).toBe('none')
  })
})

describe('a server that answers', () => {
  const cases: Array<{ answers: Answers; get: string | null; set: string | null; list: string }> = [
    { answers: 'missing', get: null, set: 'Failed to save state', list: 'Failed to fetch all states' },
    {
      answers: 'broken',
      get: 'Failed to fetch state',
      set: 'Failed to save state',
      list: 'Failed to fetch all states',
    },
    // The document's set does not look at what it is answered.
    { answers: 'garbage', get: 'SyntaxError', set: null, list: 'SyntaxError' },
  ]
  for (const { answers, get, set, list } of cases) {
    it(`${answers}: scripts are told, and what was acknowledged is there`, async () => {
      const remote = new Remote()
      const runner = await start({ backend: new RemoteAPIBackend(remote.url) })
      await runner.state.set('main', 'script.main.kept', 'acknowledged')
      await remote.answer(answers)

      const reads = await runner.run(
        'local ok, e = pcall(State.get, "script.main.kept", "none") return ok, ok and e or e.message, ok or e.code',
        main,
      )
      if (get === null) expect(reads.values).toEqual([true, 'none', true])
      else expect(reads.values).toEqual([false, expect.stringContaining(get), 'STORAGE_FAILED'])
      const listing = await failureOf(runner.state.list('main', ''))
      expect(listing).toMatchObject({
        code: 'STORAGE_FAILED',
        operation: 'getAll',
        message: expect.stringContaining(list),
      })
      if (set !== null) {
        const write = await failureOf(runner.run('State.update("script.main.new", function() return 1 end)', main))
        expect(write).toMatchObject({ code: 'STORAGE_FAILED', keys: ['main:script.main:new'] })
      }
      await remote.answer('well')

      expect(await remote.values()).toEqual(KEPT)
      expect(await runner.state.get('main', 'script.main.kept')).toBe('acknowledged')
      expect(await runner.state.list('main', '')).toEqual(['script.main.kept'])
    })
  }

  it('never: the wait ends with a TimeoutError, and what was acknowledged is there', async () => {
    const remote = new Remote()
    const runner = await start({
      backend: new RemoteAPIBackend(remote.url),
      workerUrl: impatientWorker(),
      limits: { timeoutMs: 60_000 },
    })
    await runner.state.set('main', 'script.main.kept', 'acknowledged')
    await remote.answer('never')
    const timeout = {
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('TimeoutError: no answer within 30000 ms'),
    }

    expect(await failureOf(runner.run('return State.get("script.main.kept")', main))).toMatchObject({
      ...timeout,
      operation: 'get',
    })
    expect(await failureOf(runner.state.list('main', ''))).toMatchObject({ ...timeout, operation: 'getAll' })
    const write = await failureOf(runner.run('State.set("script.main.new", 1)', main))
    expect(write).toMatchObject({ ...timeout, keys: ['main:script.main:new'] })
    await remote.answer('well')

    expect(await remote.values()).toEqual(KEPT)
    expect(await runner.state.list('main', '')).toEqual(['script.main.kept'])
  })
})
