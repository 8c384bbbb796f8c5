/** Errors of scripts, from wherever they come, as the page gets them. */

import { LuaError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

const main = { scriptId: 'main', name: 'main.lua' }

/** Scripts that fail, with their error's message and value. */
const failing: Record<string, [code: string, message: string | RegExp, value: unknown]> = {
  'a string': ['error("boom")', 'main.lua:1: boom', 'main.lua:1: boom'],
  'a string without a position': ['error("boom", 0)', 'boom', 'boom'],
  'a number': ['error(42)', '42', 42],
  'a float': ['error(0.5)', '0.5', 0.5],
  'a boolean': ['error(false)', /false|boolean/, false],
  // The words of Lua's own program, lua.c.
  nil: ['error()', '(error object is a nil value)', undefined],
  'a table': [
    'error({ code = 7, list = { 1, { deep = true } } })',
    '(error object is a table value)',
    { code: 7, list: [1, { deep: true }] },
  ],
  'an array': ['error({ "a", "b" })', /./, ['a', 'b']],
  'a table with __tostring': [
    'error(setmetatable({ code = 7 }, { __tostring = function(e) return "code " .. e.code end }))',
    'code 7',
    { code: 7 },
  ],
  'an operator': [
    'local x\nreturn x.y',
    /main\.lua:2: attempt to index a nil value \(local 'x'\)/,
    expect.stringContaining('main.lua:2:'),
  ],
  'nested pcalls': [
    'pcall(error, 1) pcall(pcall, error, 2) error(select(2, pcall(error, "inner", 0)), 0)',
    'inner',
    'inner',
  ],
  'an xpcall that raises again': [
    'error(select(2, xpcall(error, function(e) return { caught = e } end, "e")))',
    /./,
    { caught: 'e' },
  ],
  'a coroutine that is wrapped': [
    'coroutine.wrap(function() error({ in_thread = true }) end)()',
    /./,
    { in_thread: true },
  ],
  'a coroutine in a coroutine': [
    'coroutine.wrap(function() coroutine.wrap(function() error("deep", 0) end)() end)()',
    'main.lua:1: main.lua:1: deep',
    'main.lua:1: main.lua:1: deep',
  ],
  'a coroutine after a wait': [
    'coroutine.wrap(function() sleep(1) error({ waited = true }) end)()',
    /./,
    { waited: true },
  ],
  'a __close': [
    'local t <close> = setmetatable({}, { __close = function() error({ closing = true }) end })',
    /./,
    { closing: true },
  ],
  'a __close that replaces an error': [
    'local t <close> = setmetatable({}, { __close = function(_, e) error({ was = e }) end }) error("first", 0)',
    /./,
    { was: 'first' },
  ],
  'a __close after a wait': [
    'do local t <close> = setmetatable({}, { __close = function() sleep(1) error({ closed = 1 }) end }) end',
    /./,
    { closed: 1 },
  ],
  'a comparator': ['table.sort({ 2, 1 }, function() error({ sorting = true }) end)', /./, { sorting: true }],
  'a gsub callback': ['("x"):gsub("x", function() error({ replacing = true }) end)', /./, { replacing: true }],
  'a metamethod': [
    'return setmetatable({}, { __index = function(_, k) error({ missing = k }) end }).key',
    /./,
    { missing: 'key' },
  ],
  'a loaded chunk': ['load("error({ loaded = true })")()', /./, { loaded: true }],
  'an assertion': ['assert(false, { asserted = true })', /./, { asserted: true }],
  'a stack overflow': [
    'local function f() return 1 + f() end f()',
    /stack overflow/,
    expect.stringContaining('stack overflow'),
  ],
  'a stack overflow in a coroutine': [
    'coroutine.wrap(function() local function f() return 1 + f() end f() end)()',
    /stack overflow/,
    expect.stringContaining('stack overflow'),
  ],
  'an overflow of C calls': [
    'local function f(s) return (s:gsub(".", f)) end f("x")',
    /C stack overflow/,
    expect.stringContaining('C stack overflow'),
  ],
  'an overflow of coroutines': [
    'local function f() return coroutine.wrap(f)() end f()',
    /C stack overflow/,
    expect.stringContaining('C stack overflow'),
  ],
}

describe('an error', () => {
  for (const [what, [code, message, value]] of Object.entries(failing)) {
    it(`of ${what} is a LuaError with its message, its traceback and its value`, async () => {
      const runner = await start()
      const failure = await failureOf(runner.run(code, main))

      expect(failure).toBeInstanceOf(LuaError)
      expect(failure).toMatchObject({ name: 'LuaError', code: 'LUA_ERROR' })
      if (typeof message === 'string') expect(failure.message).toBe(message)
      else expect(failure.message).toMatch(message)
      expect((failure as LuaError).value).toEqual(value)
      expect((failure as LuaError).traceback).toContain('main.lua:')
      expect((await runner.run('return 1', main)).values).toEqual([1])
    })
  }

  it('in a finalizer is not an error of the script', async () => {
    const runner = await start()
    const { values } = await runner.run(
      'setmetatable({}, { __gc = function() error("in gc") end }) collectgarbage() return "on"',
      main,
    )

    expect(values).toEqual(['on'])
  })

  it('of the page reaches Lua with its name and message, and can be told by them', async () => {
    const runner = await start()
    class NotFound extends Error {
      override name = 'NotFound'
    }
    runner.registerFunction('find', () => {
      throw new NotFound('no such page')
    })
    const { values } = await runner.run('local ok, e = pcall(host.find) return ok, e.code, e.message, e', {
      ...main,
      name: 'page.lua',
    })

    expect(values).toEqual([
      false,
      'HOST_ERROR',
      'host.find: NotFound: no such page',
      'page.lua:1: host.find: NotFound: no such page',
    ])
  })
})
