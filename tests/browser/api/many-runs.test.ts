/** Many runs that wait, watch and stay, and how all of it ends. */

import { CancelledError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { ready } from '../support/ready.js'

const main = { scriptId: 'main' }
const COUNT = 50

describe('runs that are kept alive', () => {
  const code = `
    State.watch("script.main.n", function(n, key) print("saw", n, key) end)
    print("ready")
    return "never"
  `

  it(`serve their callbacks, ${COUNT} of them at once, until they are cancelled`, async () => {
    const runner = await start()
    const runs = await Promise.all(Array.from({ length: COUNT }, () => ready(runner, code, { keepAlive: true })))
    await runner.state.set('main', 'script.main.n', 1)
    await Promise.all(runs.map(({ says }) => says('saw\t1\tscript.main.n\n')))
    await runner.run('State.set("script.main.n", 2)', main)
    await Promise.all(runs.map(({ says }) => says('saw\t2\tscript.main.n\n')))
    const ends = runs.map(({ run }) => failureOf(run))
    for (const { run } of runs) run.cancel()

    for (const end of await Promise.all(ends)) expect(end).toBeInstanceOf(CancelledError)
    for (const { printed } of runs) expect(printed()).toBe('ready\nsaw\t1\tscript.main.n\nsaw\t2\tscript.main.n\n')
  })

  it('may wait in a callback, and survive its errors', async () => {
    const runner = await start()
    runner.registerFunction('later', async value => value)
    const { run, says } = await ready(
      runner,
      `
      State.watch("script.main.n", function(n)
        if n == 1 then error("no good") end
        print("slept", sleep(1), host.later(n), State.update("script.main.m", function(m) return (m or 0) + n end))
      end)
      print("ready")
      `,
      { keepAlive: true },
    )
    await runner.state.set('main', 'script.main.n', 1)
    await says('error in a State.watch callback: ')
    await runner.state.set('main', 'script.main.n', 2)
    await says('slept\t')
    const end = failureOf(run)
    run.cancel()

    expect(await end).toBeInstanceOf(CancelledError)
    expect(await runner.state.get('main', 'script.main.m')).toBe(2)
  })

  it('no longer hear what they have stopped to watch', async () => {
    const runner = await start()
    const { run, printed, says } = await ready(
      runner,
      `
      local unwatch
      unwatch = State.watch("script.main.a", function(a) print("a", a) unwatch() end)
      State.watch("script.main.b", function(b) print("b", b) end)
      print("ready")
      `,
      { keepAlive: true },
    )
    for (const value of [1, 2]) {
      await runner.state.set('main', 'script.main.a', value)
      await runner.state.set('main', 'script.main.b', value)
      await says(`b\t${value}`)
    }
    const end = failureOf(run)
    run.cancel()
    await end

    expect(printed()).toBe('ready\na\t1\nb\t1\nb\t2\n')
  })
})

describe(`${COUNT} runs at once`, () => {
  it('sleep each for its own time', async () => {
    const runner = await start()
    const runs = Array.from({ length: COUNT }, (_, index) =>
      runner.run('local ms = ... sleep(ms) return ms', { ...main, args: [index * 4] }),
    )
    const results = await Promise.all(runs)

    for (const [index, { values, stats }] of results.entries()) {
      expect(values).toEqual([index * 4])
      // Timers count whole milliseconds.
      expect(stats.wallMs).toBeGreaterThanOrEqual(index * 4 - 2)
    }
  })

  it('wait for one key, and all wake when it changes', async () => {
    const runner = await start()
    const code = 'print("ready") local value, changed = State.wait("script.main.go", 15000) return value, changed'
    const runs = await Promise.all(Array.from({ length: COUNT }, () => ready(runner, code)))
    await runner.state.set('main', 'script.main.go', 'now')
    const results = await Promise.all(runs.map(({ run }) => run))

    for (const { values } of results) expect(values).toEqual(['now', true])
  })

  it('wait for each other in a ring', async () => {
    const runner = await start()
    const code = `
      local own, next = ...
      local key = "script.main.token" .. own
      if own > 0 and not State.get(key) then State.wait(key, 15000) end
      State.set("script.main.token" .. next, own + 1)
      return State.get(key)
    `
    const runs = Array.from({ length: COUNT }, (_, index) => runner.run(code, { ...main, args: [index, index + 1] }))
    const results = await Promise.all(runs)

    expect(results.map(({ values }) => values[0])).toEqual([
      undefined,
      ...Array.from({ length: COUNT - 1 }, (_, index) => index + 1),
    ])
  })
})

describe('closing a runner', () => {
  const waits: Record<string, string> = {
    'a sleep': 'print("ready") sleep(100000)',
    'State.wait': 'print("ready") State.wait("script.main.never")',
    'a host function': 'print("ready") host.never()',
    'a host function in pcall': 'print("ready") while true do pcall(host.never) end',
    'a coroutine': 'print("ready") coroutine.wrap(function() sleep(100000) end)()',
    'State.async': 'State.async(function() print("ready") while true do sleep(10) end end)',
    'an endless loop': 'print("ready") while true do end',
    'a callback':
      'State.watch("script.main.go", function() while true do sleep(1) end end) State.set("script.main.go", 1) print("ready") sleep(100000)',
    'an update': 'print("ready") while true do State.update("script.main.u", function(u) return (u or 0) + 1 end) end',
  }

  it('settles everything', async () => {
    const runner = await start()
    runner.registerFunction('never', () => new Promise(() => undefined))
    const runs = await Promise.all([
      ...Object.values(waits).map(code => ready(runner, code)),
      ready(runner, 'State.watch("script.main.go", print) print("ready")', { keepAlive: true }),
      ready(runner, 'print("ready")', { keepAlive: true }),
    ])
    const ends = runs.map(({ run }) => failureOf(run))
    const pending = [
      runner.state.get('main', 'script.main.k'),
      runner.state.set('main', 'script.main.k', 1),
      runner.state.list('main', ''),
      runner.state.flush(),
      runner.state.records(),
      runner.state.update('main', 'script.main.k', () => 2),
    ]
    await runner.close()

    for (const end of await Promise.all(ends)) expect(end).toBeInstanceOf(CancelledError)
    for (const settled of await Promise.allSettled(pending)) {
      if (settled.status === 'rejected') expect(settled.reason).toBeInstanceOf(CancelledError)
    }
    expect(await failureOf(runner.state.get('main', 'script.main.k'))).toBeInstanceOf(CancelledError)
  })
})
