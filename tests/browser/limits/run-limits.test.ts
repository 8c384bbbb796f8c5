/** Scripts that do not want to end, alongside others. */

import { CancelledError, createRunner, LimitError, MemoryBackend } from 'pubwiki-lua'
import { afterAll, describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { passed } from '../support/passed.js'
import { took } from '../support/took.js'

const main = { scriptId: 'main' }

/** Ten times the 100 ms that are promised, for a busy machine. */
const SOON_MS = 1_000
/** How long the portable artifact lets Lua code compute that cannot be left. */
const HELD_MS = 1_000
/** The grace, and what a busy machine may add to it. */
const REPLACED_MS = 6_000

/** Endless scripts. Where Lua cannot yield, the portable artifact hears of no cancel, and ends them itself. */
const endless: Array<{ what: string; code: string; unyielding?: true }> = [
  { what: 'a tight loop', code: 'while true do end' },
  { what: 'a numeric loop', code: 'for i = 1, math.huge do end' },
  { what: 'a goto', code: '::again:: goto again' },
  { what: 'tail calls', code: 'local function f() return f() end f()' },
  { what: 'a loop in pcall', code: 'while true do pcall(function() while true do end end) end' },
  { what: 'a loop of pcalls', code: 'while true do pcall(error) end' },
  {
    what: 'coroutines made again and again',
    code: 'while true do coroutine.wrap(function() while true do end end)() end',
  },
  { what: 'coroutines in coroutines', code: 'local function f() coroutine.wrap(f)() end while true do pcall(f) end' },
  {
    what: 'an __index in Lua',
    code: 'setmetatable(_G, { __index = function() while true do end end }) return nothing',
  },
  { what: 'an __add in Lua', code: 'return setmetatable({}, { __add = function() while true do end end }) + 1' },
  { what: 'a __call in Lua', code: 'setmetatable({}, { __call = function() while true do end end })()' },
  {
    what: 'a __concat in Lua',
    code: 'return setmetatable({}, { __concat = function() while true do end end }) .. "x"',
  },
  {
    what: 'an __eq in Lua',
    code: 'local m = { __eq = function() while true do end end } return setmetatable({}, m) == setmetatable({}, m)',
  },
  {
    what: 'a chain of __index',
    code: 'local t t = setmetatable({}, { __index = function(_, k) return t[k + 1] end }) while true do pcall(function() return t[1] end) end',
  },
  { what: 'a __close', code: 'local t <close> = setmetatable({}, { __close = function() while true do end end })' },
  {
    what: 'a __close after an error',
    code: 'local t <close> = setmetatable({}, { __close = function() while true do end end }) error("x")',
    unyielding: true,
  },
  {
    what: 'a __gc',
    code: 'setmetatable({}, { __gc = function() while true do end end }) collectgarbage()',
    unyielding: true,
  },
  {
    what: 'a __gc at the end',
    code: 'setmetatable({}, { __gc = function() while true do end end })',
    unyielding: true,
  },
  { what: 'an error handler', code: 'xpcall(error, function() while true do end end)' },
  { what: 'loaded code', code: 'load("while true do end")()' },
  { what: 'deep recursion of pcalls', code: 'local function f() pcall(f) f() end f()' },
  { what: 'recursion of xpcalls', code: 'local function f() xpcall(f, print) return f() end f()' },
  { what: 'a comparator', code: 'table.sort({ 3, 2, 1, 4 }, function() while true do end end)' },
  { what: 'a gsub callback', code: '("x"):gsub(".", function() while true do end end)' },
  { what: 'an iterator', code: 'for _ in function() while true do end end do end' },
  { what: 'an iterator that does not end', code: 'for _ in function() return 1 end do end' },
  { what: 'the function of an update', code: 'State.update("temp.k", function() while true do end end)' },
  { what: 'an iterator in C', code: 'for _ in os.time do end' },
  { what: 'a pattern', code: 'string.find(("a"):rep(30000), ".-.-.-.-b$")' },
  { what: 'a table.move', code: 'table.move({}, 1, math.maxinteger - 1, 2)' },
  { what: 'a __tostring', code: 'tostring(setmetatable({}, { __tostring = function() while true do end end }))' },
  { what: 'a set of a pattern', code: '("x"):rep(1e6):find("[" .. ("y"):rep(1e6) .. "x]*z")' },
  {
    what: 'an iterator in an error handler',
    code: 'xpcall(error, function() for _ in function() return 1 end do end end)',
  },
  {
    what: 'a coroutine in a comparator',
    code: 'table.sort({ 3, 2, 1 }, coroutine.wrap(function() while true do end end))',
  },
  { what: 'a sleep', code: 'sleep(100000)' },
  { what: 'naps', code: 'while true do sleep(1) end' },
]

/** How long cancels took where Lua can yield. */
const cancels: number[] = []

afterAll(() => console.info(`${cancels.length} cancels took ${Math.max(...cancels).toFixed(0)} ms at most`))

describe('a cancel', () => {
  for (const { what, code, unyielding } of endless) {
    it(`ends ${what}`, async () => {
      const runner = await start()
      const run = runner.run(code, { ...main, limits: { cpuMs: 30_000 } })
      await passed(50)
      run.cancel()
      const ended = failureOf(run)
      const ms = await took(ended)
      const failure = await ended

      if (unyielding && artifact === 'portable') {
        expect(failure).toMatchObject({ name: 'LimitError', limit: 'cpuMs', value: HELD_MS })
        expect(ms).toBeLessThan(HELD_MS + SOON_MS)
      } else {
        expect(failure).toBeInstanceOf(CancelledError)
        expect(ms).toBeLessThan(SOON_MS)
        cancels.push(ms)
      }
      expect((await runner.run('return 1', main)).values).toEqual([1])
    })
  }

  it('does not wait for a slow backend', async () => {
    const slow = {
      init: async () => {},
      get: async () => undefined,
      set: () => passed(3_000),
      delete: async () => {},
      getAll: async () => [],
      clear: async () => {},
    }
    const runner = await start({ backend: slow })
    const run = runner.run('State.set("script.main.k", 1)', main)
    await passed(100)
    run.cancel()
    const ended = failureOf(run)

    expect(await took(ended)).toBeLessThan(SOON_MS)
    expect(await ended).toBeInstanceOf(CancelledError)
    expect((await runner.run('return 1', main)).values).toEqual([1])
  })

  it('of a runner that is closed ends all its runs, wherever they are', async () => {
    const runner = await createRunner({ backend: new MemoryBackend(), artifact })
    const runs = endless
      .slice(0, 20)
      .map(({ code, unyielding }) => ({ failure: failureOf(runner.run(code, main)), unyielding }))
    await passed(50)
    const closed = runner.close().catch((error: unknown) => error)

    expect(await took(closed)).toBeLessThan(REPLACED_MS)
    for (const { failure, unyielding } of runs) {
      const ended = await failure
      // What holds the cancel up is ended before it is heard of.
      if (ended.name === 'LimitError' && unyielding && artifact === 'portable')
        expect(ended).toMatchObject({ limit: 'cpuMs', value: HELD_MS })
      else expect(ended.name).toMatch(/^(CancelledError|WorkerReplacedError)$/)
    }
  })
})

describe('ten runs in endless loops', () => {
  it('let a short run, State and messages through, and each has its share', async () => {
    const runner = await start({ limits: { timeoutMs: 60_000, cpuMs: 60_000 } })
    const counts = Array.from({ length: 10 }, () => 0)
    const loop = 'local n = 0 while true do n = n + 1 if n % 200000 == 0 then print(n) end end'
    const loops = counts.map((_, index) =>
      runner.run(loop, {
        ...main,
        onOutput: chunk => {
          counts[index] = Number(chunk.trim().split('\n').at(-1))
        },
      }),
    )
    const ends = loops.map(run => failureOf(run))
    await passed(200)
    const times: number[] = []
    for (let round = 0; round < 10; round++) {
      times.push(await took(runner.run('return 1', main)), await took(runner.state.set('main', 'script.main.k', round)))
      await passed(100)
    }
    for (const run of loops) run.cancel()
    for (const failure of await Promise.all(ends)) expect(failure).toBeInstanceOf(CancelledError)

    const [least, most] = [Math.min(...counts), Math.max(...counts)]
    console.info(
      `alongside ten endless loops ${times.map(ms => ms.toFixed(0)).join(', ')} ms; loops had ${least} to ${most}`,
    )

    expect(Math.max(...times)).toBeLessThan(SOON_MS)
    expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 4)
  }).timeout(90_000)
})

describe('a script that wants too much', () => {
  for (const code of [
    'return string.rep("x", (1 << 31) - 1)',
    'return ("x"):rep(1 << 27)',
    'local t = {} for i = 1, math.huge do t[i] = i end',
    'local s = "x" while true do s = s .. s end',
    'local t = {} while true do t[#t + 1] = function() return t end end',
    'local t = {} while true do t[#t + 1] = coroutine.create(print) end',
    'local t = {} while true do t = { t } end',
    'local b = {} while true do b[#b + 1] = ("x"):rep(100000) .. #b end',
    'return table.concat({ ("x"):rep(1 << 25), ("x"):rep(1 << 25) }, ("y"):rep(1 << 25))',
    'pcall(string.rep, "x", 1 << 27) return "went on"',
  ]) {
    it(`is ended by its memory's limit, and the worker lives: ${code}`, async () => {
      const runner = await start()
      const other = runner.run('sleep(300) return "alive"', main)
      const failure = await failureOf(runner.run(code, main))

      expect(failure).toBeInstanceOf(LimitError)
      expect(failure).toMatchObject({ limit: 'memoryBytes', value: 64 * 1024 * 1024 })
      expect((await other).values).toEqual(['alive'])
    })
  }

  it('is a stack overflow when it recurses without end, which it can catch', async () => {
    const runner = await start()
    const { values } = await runner.run('local function f() return 1 + f() end return pcall(f)', main)

    expect(values).toEqual([false, expect.stringContaining('stack overflow')])
  })

  for (const code of [
    'while true do pcall(string.rep, "xy", 1e5, ",") end',
    'local t = {} for i = 1, 1e5 do t[i] = "x" end while true do table.concat(t, ",") end',
    'table.sort(setmetatable({}, { __len = function() return 2e9 end, __index = function() return 1 end, __newindex = function() end }))',
    'table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, 1)',
    'while true do table.unpack({}, 1, 1e5) end',
    'local s = ("x"):rep(1e7) while true do utf8.len(s) end',
    'local s = ("\\x80"):rep(1e7) while true do utf8.offset(s, 0, #s) end',
    'local t = setmetatable({}, { __tostring = function(t) return tostring(t.next or "x") end }) t.next = {} while true do tostring(t) end',
    'local s = ("x = 1 "):rep(1e6) while true do load(s) end',
    'local s = ("x"):rep(1e7) while true do s:find("y", 1, true) end',
    'local s = ("1,"):rep(1e6) while true do pcall(json.decode, s) end',
    'local t = {} for i = 1, 1e5 do t[i] = i end while true do State.set("temp.k", t) end',
  ]) {
    it(`obeys its timeout, and leaves other runs as they were: ${code}`, async () => {
      const runner = await start()
      const other = runner.run('local n = 0 for i = 1, 5 do sleep(20) n = n + i end return n', main)
      const failure = failureOf(runner.run(code, { ...main, limits: { timeoutMs: 300 } }))

      expect(await took(failure)).toBeLessThan(300 + SOON_MS)
      expect(await failure).toMatchObject({ name: 'LimitError', limit: 'timeoutMs' })
      expect((await other).values).toEqual([15])
    })
  }

  it('obeys its timeout in a pattern, and leaves other runs as they were', async () => {
    const runner = await start()
    const other = runner.run('local n = 0 for i = 1, 20 do sleep(20) n = n + i end return n', main)
    const evil = failureOf(
      runner.run('string.find(("a"):rep(30000), ".-.-.-.-b$")', { ...main, limits: { timeoutMs: 200 } }),
    )

    expect(await evil).toMatchObject({ name: 'LimitError', limit: 'timeoutMs' })
    expect((await other).values).toEqual([210])
  })
})
