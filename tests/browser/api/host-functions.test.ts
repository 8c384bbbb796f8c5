/** The page's functions, called by scripts. */

import {
  CancelledError,
  createRunner,
  HostFunctionError,
  LimitError,
  LuaError,
  MemoryBackend,
  MultiReturn,
} from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { realWorkerAfter } from '../support/worker-script.js'

const main = { scriptId: 'main' }

describe('a host function', () => {
  it('is called with values and answers with one, at once or later', async () => {
    const runner = await start()
    runner.registerFunction('add', (a, b) => Number(a) + Number(b))
    runner.registerFunction('later', async list => {
      await Promise.resolve()
      return { list, none: null }
    })
    const { values } = await runner.run('return host.add(1, 2), host.later({1, "x"}).list[2], host.add(1, 2.5)', main)

    expect(values).toEqual([3, 'x', 3.5])
  })

  it('that throws is an error in Lua with its name and message', async () => {
    const runner = await start()
    runner.registerFunction('fail', () => {
      throw new RangeError('too far')
    })
    const { values } = await runner.run('local ok, e = pcall(host.fail) return ok, e.code, tostring(e)', main)

    expect(values.slice(0, 2)).toEqual([false, 'HOST_ERROR'])
    expect(values[2]).toContain('RangeError: too far')
  })

  it('that throws and is not caught has what was thrown as the cause', async () => {
    const runner = await start()
    const thrown = new TypeError('no such page')
    runner.registerFunction('fail', () => Promise.reject(thrown))
    const failure = await failureOf(runner.run('host.fail()', main))

    expect(failure).toBeInstanceOf(LuaError)
    expect(failure).toMatchObject({ code: 'HOST_ERROR' })
    expect(failure.cause).toBe(thrown)
  })

  it('that answers with what cannot cross is an error that says so', async () => {
    const runner = await start()
    runner.registerFunction('bad', () => ({ when: new Date(0) }))
    const failure = await failureOf(runner.run('host.bad()', main))

    expect(failure.message).toContain('ValueError: value.when: an instance of Date cannot cross')
  })

  it('that nobody registered is nil, and its call an error that says so', async () => {
    const runner = await start()
    runner.registerFunction('here', () => 1)
    const code =
      'local names = {} for name in pairs(host) do names[#names + 1] = name end return host.missing == nil, #names, names[1]'

    expect((await runner.run(code, main)).values).toEqual([true, 1, 'here'])
    expect((await failureOf(runner.run('host.missing()', main))).message).toContain(
      "attempt to call a nil value (field 'missing'): the page has registered no function host.missing",
    )
    expect((await failureOf(runner.run('host:here()', main))).message).toContain('host.here is called with a dot')
  })

  it('that is registered while a run is in progress is there for it', async () => {
    const runner = await start()
    runner.registerFunction('first', () => runner.registerFunction('second', () => 2))
    expect((await runner.run('host.first() return host.second()', main)).values).toEqual([2])
  })

  it('gives several results, or none, by MultiReturn; an array is one table', async () => {
    const runner = await start()
    runner.registerFunction('pair', async () => MultiReturn.of(1, ['two', null]))
    runner.registerFunction('one', () => MultiReturn.of(7))
    runner.registerFunction('none', () => MultiReturn.of())
    runner.registerFunction('bad', () => MultiReturn.of(1, Symbol('s')))
    const { values } = await runner.run(
      'local a, b = host.pair() return a, b[1], #b, host.one(), select("#", host.none())',
      main,
    )

    expect(values).toEqual([1, 'two', 2, 7, 0])
    expect((await failureOf(runner.run('host.bad()', main))).message).toContain('value[1]: a symbol cannot cross')
  })

  it('that throws an object keeps its fields, for the script and for the page', async () => {
    const runner = await start()
    const thrown = { status: 404, why: ['gone'] }
    runner.registerFunction('fail', value => {
      throw value === undefined ? thrown : value
    })
    const { values } = await runner.run(
      'local _, e = pcall(host.fail) return e.cause.status, e.cause.why[1], e.message',
      main,
    )

    expect(values).toEqual([404, 'gone', 'host.fail: Error: {"status":404,"why":["gone"]}'])
    expect((await failureOf(runner.run('host.fail()', main))).cause).toBe(thrown)
    const odd = await runner.run(
      'return select(2, pcall(host.fail, "text")).message, select(2, pcall(host.fail, { name = "Odd", message = "so" })).message',
      main,
    )
    expect(odd.values).toEqual(['host.fail: Error: text', 'host.fail: Odd: so'])
  })
})

describe('many calls at once', () => {
  it('each get their own answer, in whatever order they come', async () => {
    const runner = await start()
    const count = 100
    const waiting: Array<() => void> = []
    runner.registerFunction('meet', index => {
      const answer = new Promise(resolve => waiting.push(() => resolve(index)))
      // Nobody is answered before all have called, and then the last is the first.
      if (waiting.length === count) for (const go of waiting.reverse()) go()
      return answer
    })
    const runs = Array.from({ length: count }, (_, index) =>
      runner.run('return host.meet(...)', { ...main, args: [index] }),
    )
    const results = await Promise.all(runs)

    expect(results.map(({ values }) => values[0])).toEqual([...results.keys()])
  })
})

describe('a host function that never settles', () => {
  const never = () => new Promise(() => undefined)

  it('is ended with its run, by its timeout or a cancel, and others go on', async () => {
    const runner = await start()
    let called = () => {}
    const calling = new Promise<void>(resolve => (called = resolve))
    runner.registerFunction('never', () => {
      called()
      return never()
    })
    const timed = failureOf(runner.run('pcall(host.never)', { ...main, limits: { timeoutMs: 100 } }))
    const run = runner.run('pcall(host.never)', main)
    const cancelled = failureOf(run)
    await calling
    expect(await timed).toBeInstanceOf(LimitError)
    run.cancel()

    expect(await cancelled).toBeInstanceOf(CancelledError)
    expect((await runner.run('return 1', main)).values).toEqual([1])
  })

  it("is an error in Lua when its own time is up, and its late answer is nobody's", async () => {
    // The worker's timers go twenty times as fast.
    const fast = realWorkerAfter(
      'const { setTimeout: slow } = globalThis; globalThis.setTimeout = (task, ms, ...rest) => slow(task, ms / 20, ...rest)',
    )
    const runner = await createRunner({
      backend: new MemoryBackend(),
      artifact,
      workerUrl: fast,
      limits: { timeoutMs: 600_000 },
    })
    let settle = (_: unknown) => {}
    runner.registerFunction('late', () => new Promise(resolve => (settle = resolve)))
    runner.registerFunction('settle', value => settle(value))
    const { values } = await runner.run(
      'local ok, e = pcall(host.late) host.settle("late") return ok, e.code, e.message, host.late == nil',
      main,
    )
    const failure = await failureOf(runner.run('host.late()', main))
    await runner.close()

    expect(values).toEqual([false, 'HOST_ERROR', expect.stringContaining('no answer within 30000 ms'), false])
    expect(failure).toBeInstanceOf(HostFunctionError)
    expect(failure.message).toContain('late')
  })
})

describe('registering a host function', () => {
  it('refuses what is none', async () => {
    const runner = await createRunner({ backend: new MemoryBackend() })

    expect(() => runner.registerFunction('', () => 1)).toThrow(TypeError)
    expect(() => runner.registerFunction('x', JSON.parse('1'))).toThrow(TypeError)
    await runner.close()
  })
})
