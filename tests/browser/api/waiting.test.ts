/** Waits for the page, wherever Lua code can stand. */

import type { Runner } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'

const main = { scriptId: 'main' }

/** Bodies of functions that call `host.echo`, and what they return as text. */
const everywhere: Record<string, [code: string, text: string]> = {
  'an __index': ['return setmetatable({}, { __index = function(_, k) return host.echo(k) end }).foo', 'foo'],
  'a __newindex': [
    'local t = setmetatable({}, { __newindex = function(t, k, v) rawset(t, k, host.echo(v)) end }) t.a = 5 return t.a',
    '5',
  ],
  'a __call': ['return setmetatable({}, { __call = function(_, a) return host.echo(a) end })(6)', '6'],
  'an __add': ['return setmetatable({}, { __add = function(_, b) return host.echo(b) end }) + 3', '3'],
  'a __concat': ['return setmetatable({}, { __concat = function(_, b) return host.echo(b) end }) .. "x"', 'x'],
  'a __len': ['return #setmetatable({}, { __len = function() return host.echo(4) end })', '4'],
  'an __eq': [
    'local m = { __eq = function() return host.echo(true) end } return setmetatable({}, m) == setmetatable({}, m)',
    'true',
  ],
  'an __lt': [
    'local m = { __lt = function() return host.echo(true) end } return setmetatable({}, m) < setmetatable({}, m)',
    'true',
  ],
  'a __close': [
    'local r do local t <close> = setmetatable({}, { __close = function() r = host.echo("c") end }) end return r',
    'c',
  ],
  'a __pairs': [
    'local t = setmetatable({}, { __pairs = function() return host.echo, 1 end }) for v in pairs(t) do return v end',
    '1',
  ],
  'an iterator': [
    'local r = "" for v in function(_, v) v = host.echo((v or 0) + 1) if v < 4 then return v end end do r = r .. v end return r',
    '123',
  ],
  'a coroutine': [
    'local f = coroutine.wrap(function() local x = host.echo(1) coroutine.yield(x) return host.echo(2) end) return f() .. f()',
    '12',
  ],
  'a coroutine in a coroutine': [
    'local f = coroutine.wrap(function() local g = coroutine.wrap(function() coroutine.yield(host.echo("in")) return host.echo("ner") end) return g() .. g() end) return f()',
    'inner',
  ],
  'an iterator that is a coroutine': [
    'local r = "" for v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(host.echo(i)) end end) do r = r .. v end return r',
    '123',
  ],
  'a pcall': ['return select(2, pcall(host.echo, 7))', '7'],
  'an xpcall': ['return select(2, xpcall(host.echo, print, 8))', '8'],
  'State.async': ['local r State.async(function() r = host.echo(9) end) while not r do sleep(1) end return r', '9'],
  'a loaded chunk': ['return load("return host.echo(...)")(10)', '10'],
  'a gsub callback': ['return (("abc"):gsub(".", function(c) return host.echo(c .. c) end))', 'aabbcc'],
  'a gsub table': [
    'return (("ab"):gsub(".", setmetatable({}, { __index = function(_, c) return host.echo(c .. "!") end })))',
    'a!b!',
  ],
  'a comparator': [
    'local t = { 3, 1, 2 } table.sort(t, function(a, b) return host.echo(a < b) end) return table.concat(t)',
    '123',
  ],
  'a comparator in a coroutine': [
    'return coroutine.wrap(function() local t = { 2, 1 } table.sort(t, function(a, b) return host.echo(a) < b end) return t[1] end)()',
    '1',
  ],
  'a coroutine in a comparator': [
    'local t = { 2, 1 } table.sort(t, function(a, b) return coroutine.wrap(function() return host.echo(a < b) end)() end) return t[1]',
    '1',
  ],
  'a table.concat': [
    'return table.concat(setmetatable({}, { __len = function() return 2 end, __index = function(_, i) return host.echo(i) end }))',
    '12',
  ],
  'a __tostring': [
    'return tostring(setmetatable({}, { __tostring = function() return host.echo("text") end }))',
    'text',
  ],
  'a __tostring in print': [
    'print(setmetatable({}, { __tostring = function() return host.echo("text") end })) return "printed"',
    'printed',
  ],
  'a __tostring in string.format': [
    'return ("%s!"):format(setmetatable({}, { __tostring = function() return host.echo("text") end }))',
    'text!',
  ],
  'an error handler': ['return select(2, xpcall(error, function(e) return host.echo(e) end, "e"))', 'e'],
  'an __index in ipairs': [
    'local r = "" for _, v in ipairs(setmetatable({}, { __index = function(_, i) return host.echo(i < 3 and i) or nil end })) do r = r .. v end return r',
    '12',
  ],
}

/** The same where Lua cannot yield. */
const unyielding: Record<string, [code: string, text: string]> = {
  'a reader of load': [
    'local parts = { "return ", "11" } return assert(load(function() return host.echo(table.remove(parts, 1)) end))()',
    '11',
  ],
}

async function echoing(): Promise<Runner> {
  const runner = await start()
  runner.registerFunction('echo', async value => {
    await new Promise(resolve => setTimeout(resolve))
    return value
  })
  return runner
}

describe('a host function is awaited', () => {
  for (const [where, [code, text]] of Object.entries(everywhere)) {
    it(`in ${where}`, async () => {
      const runner = await echoing()
      const { values } = await runner.run(`return tostring((function() ${code} end)())`, main)

      expect(values).toEqual([text])
    })
  }

  it('in all those places at once, from as many runs', async () => {
    const runner = await echoing()
    const places = [...Object.values(everywhere), ...(artifact === 'jspi' ? Object.values(unyielding) : [])]
    const runs = Array.from({ length: 100 }, (_, index) => {
      const [code, text] = places[index % places.length] ?? ['', '']
      return { text, run: runner.run(`return tostring((function() ${code} end)())`, main) }
    })
    const results = await Promise.all(runs.map(({ run }) => run))

    expect(results.map(({ values }) => values[0])).toEqual(runs.map(({ text }) => text))
  })
})

describe('where Lua cannot yield', () => {
  for (const [where, [code, text]] of Object.entries(unyielding)) {
    it(`${artifact === 'jspi' ? 'it is awaited too' : 'it is an error that says so, and nothing else breaks'}: in ${where}`, async () => {
      const runner = await echoing()
      const { values } = await runner.run(
        `local ok, result = pcall(function() ${code} end) return ok, ok and result or result.code or tostring(result), host.echo("on")`,
        main,
      )

      if (artifact === 'jspi') expect(values.map(String)).toEqual(['true', text, 'on'])
      else expect(values).toEqual([false, 'CANNOT_WAIT', 'on'])
    })
  }

  it('the error says what to do', async () => {
    const runner = await echoing()
    const { values } = await runner.run(
      'local f, failure = load(function() return host.echo(nil) end) return f ~= nil, failure',
      main,
    )

    if (artifact === 'portable')
      expect(values[1]).toMatch(/cannot wait.*make the call before, and use its result there/)
    else expect(values[0]).toBe(true)
  })

  it('State that is in memory needs no wait', async () => {
    const runner = await echoing()
    const { values } = await runner.run(
      `
      State.set("script.main.n", 0)
      local function count() State.set("script.main.n", State.get("script.main.n") + 1) end
      table.sort({ 3, 1, 2 }, function(a, b) count() return a < b end)
      local sorted = State.get("script.main.n")
      string.gsub("abc", ".", count)
      return sorted > 1, State.get("script.main.n") - sorted
      `,
      main,
    )

    expect(values).toEqual([true, 3])
  })
})
