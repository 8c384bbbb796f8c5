/** What holds for runs holds in compiled functions: limits, cancel, fairness, waits, memory; and what pages see of compiling. */

import { LimitError, type LuaError, ValueError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { startCompiling } from '../support/compiling.js'
import { engine } from '../support/engine.js'
import { failureOf } from '../support/failure-of.js'

const HEAT = { threshold: 2, watched: 20 }

/** A runner whose compiler is there. */
const compiling = () => startCompiling(HEAT)

const SUM = 'local function sum(n) local x = 0 for i = 1, n do x = x + i % 7 end return x end return sum(2000000)'

describe('a hot function', () => {
  it('is compiled unless a page wants it interpreted', async () => {
    const never = await start({ compile: false })
    const { stats } = await never.run(SUM, { scriptId: 'main' })
    expect([stats.compiledFunctions, stats.compiledBytes, stats.compileMs]).toEqual([0, 0, 0])

    const plain = await start()
    let found = 0
    // Where nothing is compiled these take a second; elsewhere the compiler has to come.
    const most = engine === 'webkit' ? 20 : 200
    for (let tries = 0; found === 0 && tries < most; tries++) {
      found = (await plain.run(SUM, { scriptId: 'main' })).stats.compiledFunctions
    }
    expect(found > 0).toBe(engine !== 'webkit')
  })

  it('is hot after a whole number of calls', async () => {
    for (const compile of [
      { threshold: 0, watched: 5 },
      { threshold: 1, watched: 0.5 },
      { threshold: 1e9, watched: 5 },
    ]) {
      const failure = await failureOf(start({ compile }))
      expect(failure).toBeInstanceOf(ValueError)
      expect(failure.message).toMatch(/^compile\.(threshold|watched): .* is not an integer between 1 and 1000000$/)
    }
  })

  it('is told in the stats, and is there in the next run without being compiled again', async () => {
    const runner = await compiling()
    const first = await runner.run(SUM, { scriptId: 'main' })
    expect(first.values).toEqual([5_999_997])
    expect(first.stats.compiledFunctions).toBeGreaterThan(0)
    expect(first.stats.compiledBytes).toBeGreaterThan(200)

    const second = await runner.run(SUM, { scriptId: 'other' })
    expect(second.values).toEqual([5_999_997])
    expect(second.stats.compiledFunctions).toBeGreaterThan(0)
    expect([second.stats.compiledBytes, second.stats.compileMs < 50]).toEqual([0, true])
  })

  it('wants the compiler only when something is hot', async () => {
    await start({ compile: true }).then(runner => runner.run('return 1 + 1', { scriptId: 'main' }))
    const loaded = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('compiler.wasm'))
    expect(loaded.length).toBe(0)
  })

  const endless = [
    'while true do end',
    'local x = 0 while true do x = x + 1 end',
    'local function f() local x = 0 for i = 1, math.huge do x = x + i end end while true do pcall(f) end',
    'local function f() return f() end f()',
    'local t = setmetatable({}, { __index = function(_, k) return k end }) local s = 0 for i = 1, math.huge do s = s + t[i] end',
    'local function f(a) local ok = pcall(f, a + 1) return f(a) end while true do pcall(f, 1) end',
    'local co = coroutine.wrap(function() local x = 0 while true do x = x + 1 end end) while true do pcall(co) end',
    'local s = ("x"):rep(1000) while true do for c in s:gmatch(".") do local y = c:byte(1) + 1 end end',
    // Of these, what is done in C takes all the fuel.
    'local s = ("x"):rep(1000000) while true do local t = s .. "y" end',
    'local s = ("x"):rep(1000000) local function f() return #(s .. "y") end while true do f() end',
    'local s, t = ("x"):rep(1000000), ("x"):rep(1000000) repeat local same = s == t until not same',
    'local s, t = ("x"):rep(1000000), ("x"):rep(1000000) local function f() return s < t end while true do f() end',
    'local s = ("x"):rep(1000000) local function f() return s:find("y") end while true do f() end',
    'local s = ("x"):rep(1000000) local t = setmetatable({}, { __close = function() return s .. "y" end }) while true do local c <close> = t end',
  ]
  for (const code of endless) {
    it(`ends at its limit: ${code}`, async () => {
      const runner = await compiling()
      const failure = await failureOf(runner.run(code, { scriptId: 'main', limits: { cpuMs: 100 } }))
      expect(failure).toBeInstanceOf(LimitError)
      expect((failure as LimitError).limit).toBe('cpuMs')
      expect((await runner.run('return 1', { scriptId: 'main' })).values).toEqual([1])
    })

    it(`is cancelled, and lets others run: ${code}`, async () => {
      const runner = await compiling()
      // The same again begins with compiled code.
      await failureOf(runner.run(code, { scriptId: 'main', limits: { cpuMs: 100 } }))
      const run = runner.run(code, { scriptId: 'main', limits: { cpuMs: 60_000, timeoutMs: 60_000 } })
      const beside = await Promise.all(['one', 'other'].map(scriptId => runner.run('return 1', { scriptId })))
      expect(beside.map(({ values }) => values)).toEqual([[1], [1]])
      await new Promise(resolve => setTimeout(resolve, 50))
      run.cancel()
      expect((await failureOf(run)).name).toBe('CancelledError')
    })
  }

  it('has the memory that the run has, and no more', async () => {
    const runner = await compiling()
    const code = 'local all = {} for i = 1, math.huge do all[i] = { i } end'
    const failure = await failureOf(runner.run(code, { scriptId: 'main', limits: { memoryBytes: 4_000_000 } }))
    expect((failure as LimitError).limit).toBe('memoryBytes')
  })

  it('waits in its midst', async () => {
    const runner = await compiling()
    runner.registerFunction('add', async (a: number, b: number) => a + b)
    const code = `
      local function wait(n) if n == 0 then return host.add(1, 2) end local x = wait(n - 1) return x + 1 end
      local total = 0
      for i = 1, 50 do total = total + wait(20) State.set("script.main.total", total) end
      return total, State.get("script.main.total")`
    expect((await runner.run(code, { scriptId: 'main' })).values).toEqual([1150, 1150])
  })

  it('has the errors of a page’s functions, with their places', async () => {
    const runner = await compiling()
    runner.registerFunction('fail', () => {
      throw new Error('no')
    })
    const code = `local function f(i)
        if i == 300 then host.fail() end
        return i
      end
      local x = 0
      for i = 1, 1000 do x = x + f(i) end`
    const failure = await failureOf(runner.run(code, { scriptId: 'main', name: 'place' }))
    expect((failure as LuaError).traceback).toContain('place:2: in ')
  })

  it('is as deep as Lua lets it be', async () => {
    const runner = await compiling()
    const code = `
      local function d(a, b, c, e, f, g, h, i, j, k) if a == 0 then return 0 end local x, y, z = a, b, c return 1 + d(a - 1, x, y, z, f, g, h, i, j, k) end
      local reached = d(10000, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)
      local ok, message = pcall(d, 1000000, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)
      local function p(n) if n == 0 then return 0 end return select(2, pcall(p, n - 1)) + 1 end
      return reached, ok, message:match("stack overflow"), p(150)`
    expect((await runner.run(code, { scriptId: 'main' })).values).toEqual([10_000, false, 'stack overflow', 150])
  })

  it('takes no memory from run to run', async () => {
    const runner = await compiling()
    let peak = 0
    for (let round = 0; round < 50; round++) {
      const { stats } = await runner.run(SUM.replace('2000000', '2000'), { scriptId: 'main' })
      if (round === 10) peak = stats.peakMemoryBytes
      if (round > 10) expect(stats.peakMemoryBytes).toBeLessThan(peak + 10_000)
    }
  })

  it('is one of a bounded number', async () => {
    const runner = await compiling()
    const code = `
      local total = 0
      for n = 1, 700 do
        local f = load("local x = 0 for i = 1, 100 do x = x + " .. n .. " end return x")
        total = total + f() + f()
      end
      return total`
    const { values, stats } = await runner.run(code, { scriptId: 'main' })
    expect(values).toEqual([(200 * (700 * 701)) / 2])
    expect(stats.compiledFunctions).toBeLessThan(501)
  })

  const parts = (count: number, part: (number: number) => string, between: string) =>
    Array.from({ length: count }, (_, number) => part(number)).join(between)
  const unusual: Record<string, string> = {
    'has more code than it may': `local function f(a, t) ${parts(120, n => `local v${n} = a + ${n}`, ' ')}
      ${parts(300, () => 't.x = t.y t.z = t.x', ' ')} return ${parts(120, n => `v${n}`, '+')} end
      local t, last = { x = 1, y = 2 } for i = 1, 100 do last = f(i, t) end return last`,
    'has more conditions within each other than it may': `local function f(a) return ${parts(1500, n => `a ~= ${n}`, ' and ')} and 1 or 2 end
      local sum = 0 for i = 1, 100 do sum = sum + f(i) + f(-i) end return sum`,
    'has a loop that is entered in its midst': `local function f(count) local x, y = 0, 0 goto b ::a:: x = x + 1 ::b:: y = y + 1
      if y < count then goto a end return x end local sum = 0 for i = 1, 100 do sum = sum + f(i) end return sum`,
  }
  for (const [what, code] of Object.entries(unusual)) {
    it(`is interpreted where it ${what}, and others are compiled`, async () => {
      const [runner, interpreted] = [await compiling(), await start({ compile: false })]
      const { values, stats } = await runner.run(code, { scriptId: 'main' })
      expect(values).toEqual((await interpreted.run(code, { scriptId: 'main' })).values)
      // The loop that calls it is.
      expect(stats.compiledFunctions).toBe(1)
      expect((await runner.run(SUM, { scriptId: 'main' })).stats.compiledFunctions).toBeGreaterThan(0)
    })
  }
})
