import { CancelledError, LimitError, LuaError, ValueError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

const main = { scriptId: 'main' }

describe('a run', () => {
  it('resolves to its values, its output and what it took', async () => {
    const runner = await start()
    const { values, output, stats } = await runner.run('print("hello") return 1, "two"', main)

    expect(values).toEqual([1, 'two'])
    expect(output).toBe('hello\n')
    expect(stats.wallMs).toBeGreaterThanOrEqual(0)
    expect(stats.peakMemoryBytes).toBeGreaterThan(1000)
    expect(stats.reads).toBe(0)
  })

  it('takes arguments and a name', async () => {
    const runner = await start()
    const { values } = await runner.run('local a, b = ... return a + b', { ...main, args: [1, 2] })
    const failure = await failureOf(runner.run('\nerror("here")', { ...main, name: 'adder.lua' }))

    expect(values).toEqual([3])
    expect(failure.message).toContain('adder.lua:2: here')
  })

  it('takes source as bytes, as native Lua does', async () => {
    const runner = await start()
    const latin1 = Uint8Array.from('return "caf\xe9", #"\xe9"', character => character.charCodeAt(0))
    const { values } = await runner.run(latin1, main)

    expect(values).toEqual([Uint8Array.of(0x63, 0x61, 0x66, 0xe9), 1])
  })

  it('refuses source that has no UTF-8 form', async () => {
    const runner = await start()
    const failure = await failureOf(runner.run('return "\ud800"', main))

    expect(failure).toBeInstanceOf(ValueError)
    expect(failure).toMatchObject({ path: 'code' })
  })

  it('refuses to run without options, or without a script id in them', async () => {
    const runner = await start()
    // As a page without types calls it.
    const run: (...args: unknown[]) => Promise<unknown> = (...args) => Reflect.apply(runner.run, runner, args)

    expect(await failureOf(run('return 1'))).toMatchObject({ code: 'INVALID_VALUE', path: 'options' })
    expect(await failureOf(run('return 1', {}))).toMatchObject({ code: 'INVALID_VALUE', path: 'scriptId' })
  })

  it('runs alongside others, each with globals of its own', async () => {
    const runner = await start()
    const codes = Array.from({ length: 50 }, (_, index) => `x = (x or 0) + ${index} sleep(1) return x`)
    const results = await Promise.all(codes.map(code => runner.run(code, main)))

    expect(results.map(({ values }) => values[0])).toEqual(codes.map((_, index) => index))
  })
})

describe('a failing script', () => {
  it('rejects with a LuaError with message and traceback', async () => {
    const runner = await start()
    const failure = await failureOf(
      runner.run('local function inner() error("boom") end\ninner()', { ...main, name: 'fails.lua' }),
    )

    expect(failure).toBeInstanceOf(LuaError)
    expect(failure).toMatchObject({
      name: 'LuaError',
      code: 'LUA_ERROR',
      message: 'fails.lua:1: boom',
      value: 'fails.lua:1: boom',
    })
    expect((failure as LuaError).traceback).toContain('fails.lua:1:')
    expect((failure as LuaError).traceback).toContain('fails.lua:2:')
  })

  it('keeps the value that was raised', async () => {
    const runner = await start()
    const failure = await failureOf(runner.run('error({reason = "no", codes = {1, 2}})', main))

    expect(failure).toMatchObject({ code: 'LUA_ERROR', value: { reason: 'no', codes: [1, 2] } })
  })

  it('is a LuaError with the line when it does not compile', async () => {
    const runner = await start()
    const failure = await failureOf(runner.run('local x =\nreturn )', { ...main, name: 'broken.lua' }))

    expect(failure).toBeInstanceOf(LuaError)
    expect(failure.message).toMatch(/broken\.lua:2: .*unexpected symbol|broken\.lua:2:/)
  })

  it('leaves the runner working', async () => {
    const runner = await start()
    await failureOf(runner.run('error()', main))

    expect((await runner.run('return 1', main)).values).toEqual([1])
  })

  it('rejects with a LimitError when its time is up', async () => {
    const runner = await start({ limits: { timeoutMs: 100 } })
    const failure = await failureOf(runner.run('while true do pcall(error) end', main))

    expect(failure).toBeInstanceOf(LimitError)
    expect(failure).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'timeoutMs', value: 100 })
  })

  it('rejects with a LimitError when it prints too much', async () => {
    const runner = await start()
    const failure = await failureOf(
      runner.run('while true do print("x") end', { ...main, limits: { outputBytes: 1000 } }),
    )

    expect(failure).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'outputBytes', value: 1000 })
  })

  it('rejects with a LimitError when it needs too much memory', async () => {
    const runner = await start()
    const code = 'local t = {} for i = 1, 1e7 do t[i] = {} end'
    const failure = await failureOf(runner.run(code, { ...main, limits: { memoryBytes: 1 << 22 } }))

    expect(failure).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'memoryBytes', value: 1 << 22 })
  })

  it('names an invalid limit', async () => {
    const runner = await start()
    const failure = await failureOf(runner.run('return 1', { ...main, limits: { timeoutMs: -1 } }))

    expect(failure).toMatchObject({ code: 'INVALID_VALUE', path: 'limits.timeoutMs' })
  })

  for (const option of ['onOutput', 'onOutputBytes', 'signal']) {
    it(`refuses what is no ${option}`, async () => {
      const runner = await start()
      const failure = await failureOf(runner.run('print(1)', { ...main, [option]: 'yes' }))

      expect(failure).toMatchObject({ code: 'INVALID_VALUE', path: option })
    })
  }
})

describe('a cancelled run', () => {
  it('rejects with a CancelledError, though it loops for ever in pcall', async () => {
    const runner = await start()
    const run = runner.run('print("on") while true do pcall(function() while true do end end) end', {
      ...main,
      onOutput: () => run.cancel(),
    })
    const failure = await failureOf(run)

    expect(failure).toBeInstanceOf(CancelledError)
    expect((await runner.run('return 1', main)).values).toEqual([1])
  })

  it('need not have started', async () => {
    const runner = await start()
    const run = runner.run('return 1', main)
    run.cancel()

    expect(await failureOf(run)).toBeInstanceOf(CancelledError)
  })

  it('ends at whatever moment of its start it is cancelled', async () => {
    const runner = await start()
    const runs = Array.from({ length: 20 }, async (_, moments) => {
      const run = runner.run('sleep(5000)', main)
      for (let moment = 0; moment < moments; moment++) await null
      run.cancel()
      return failureOf(run)
    })

    for (const failure of await Promise.all(runs)) expect(failure).toBeInstanceOf(CancelledError)
  })

  it('has the reason of the signal as its cause', async () => {
    const runner = await start()
    const controller = new AbortController()
    const reason = new Error('the page was left')
    const run = runner.run('print("on") while true do end', {
      ...main,
      signal: controller.signal,
      onOutput: () => controller.abort(reason),
    })
    const failure = await failureOf(run)

    expect(failure).toBeInstanceOf(CancelledError)
    expect(failure.cause).toBe(reason)
  })

  it('never starts when its signal is aborted already', async () => {
    const runner = await start()

    expect(await failureOf(runner.run('return 1', { ...main, signal: AbortSignal.abort() }))).toBeInstanceOf(
      CancelledError,
    )
  })

  it('stays as it is when it has ended', async () => {
    const runner = await start()
    const run = runner.run('return 1', main)
    await run
    run.cancel()

    expect((await run).values).toEqual([1])
  })
})

describe('closing a runner', () => {
  it('ends its runs, and refuses later ones', async () => {
    const runner = await start()
    const endless = failureOf(runner.run('while true do end', main))
    await runner.run('return 1', main)
    await runner.close()

    expect(await endless).toBeInstanceOf(CancelledError)
    expect(await failureOf(runner.run('return 1', main))).toMatchObject({
      code: 'CANCELLED',
      message: 'the runner is closed',
    })
  })

  it('may be done twice', async () => {
    const runner = await start()

    await Promise.all([runner.close(), runner.close()])
  })
})
