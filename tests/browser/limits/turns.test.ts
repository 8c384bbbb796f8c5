/** A short run alongside what takes long, wherever that is: in both builds it has its turn. */

import { afterAll, describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { passed } from '../support/passed.js'
import { took } from '../support/took.js'

const main = { scriptId: 'main' }

/** Ten times the 100 ms that are promised, for a busy machine. */
const SOON_MS = 1_000
/** How long the portable artifact lets Lua code compute that cannot be left. */
const HELD_MS = 1_000

/** What goes on for its whole time in one function of a library, or in a function that such a one calls. */
const endless = [
  'string.find(("a"):rep(1e5), (".-"):rep(30) .. "b")',
  'string.match(("a"):rep(1e5), ("a*"):rep(30) .. "b")',
  'for _ in string.gmatch(("a"):rep(1e5), ("a?"):rep(30) .. ("a"):rep(30) .. "b") do end',
  'string.gsub(("("):rep(1e6), "%b()", "")',
  'string.gsub(("a"):rep(1e6), "[^b]-b", "")',
  'string.find(("a"):rep(3e6), ("a"):rep(1e6) .. "b", 1, true)',
  '("x"):rep(1e6):find("[" .. ("y"):rep(1e6) .. "x]*z")',
  '("x"):gsub(".", function() while true do end end)',
  '("x"):gsub(".", function() while true do pcall(error) end end)',
  'table.sort({ 3, 2, 1 }, function() while true do end end)',
  'table.sort(setmetatable({}, { __len = function() return 2e9 end, __index = function() return 1 end, __newindex = function() end }))',
  'table.concat(setmetatable({}, { __len = function() return math.maxinteger end, __index = function() return "" end }))',
  'table.move({}, 1, math.maxinteger - 1, 2)',
  'table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, 1)',
  'table.remove(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1)',
  'table.unpack(setmetatable({}, { __index = function() while true do end end }), 1, 1)',
  'tostring(setmetatable({}, { __tostring = function() while true do end end }))',
  'print(setmetatable({}, { __tostring = function() while true do end end }))',
  '("%s"):format(setmetatable({}, { __tostring = function() while true do end end }))',
  'for _ in ipairs(setmetatable({}, { __index = function() return 1 end })) do end',
  'xpcall(error, function() while true do end end)',
  'xpcall(function() return nil + 1 end, function() while true do pcall(error) end end)',
  'State.update("temp.k", function() while true do end end)',
  'local t <close> = setmetatable({}, { __close = function() while true do end end })',
  'pcall(function() local t <close> = setmetatable({}, { __close = function() while true do end end }) error("x") end)',
]

/** Loops of long steps: the turn comes between two of them. */
const steps = [
  'while true do ("x"):rep(1e7) end',
  'while true do ("x"):rep(1e6, ",") end',
  'local s = ("x"):rep(1e7) while true do s:upper() end',
  'local s = ("x"):rep(1e7) while true do s:reverse() end',
  'local s = ("x"):rep(1e7) while true do utf8.len(s) end',
  'local s = ("x"):rep(1e5) while true do utf8.codepoint(s, 1, #s) end',
  'local s = ("x"):rep(5e6) while true do ("%s%s"):format(s, s) end',
  'local s = ("\\n"):rep(1e6) while true do ("%q"):format(s) end',
  'local f = ("i4"):rep(200) while true do f:pack(table.unpack({}, 1, 200)) end',
  'local s = ("\\0"):rep(1e6) while true do string.unpack(("b"):rep(1e5), s) end',
  'local t = {} for i = 1, 1e6 do t[i] = i end while true do table.concat(t, ",") end',
  'local t = {} for i = 1, 5e5 do t[i] = (i * 7919) % 1000003 end while true do table.sort(t, function(a, b) return a < b end) end',
  'local t = {} for i = 1, 5e5 do t[i] = { i } end while true do collectgarbage() end',
  'local t = {} for i = 1, 1e6 do t[i] = tostring(i) end while true do collectgarbage() end',
  'local s = ("x = 1 "):rep(5e5) while true do load(s) end',
  'local t = {} for i = 1, 3e5 do t[i] = i end while true do json.encode(t) end',
  'local s = "[" .. ("1,"):rep(3e5) .. "1]" while true do json.decode(s) end',
  'local t = {} for i = 1, 1e5 do t[i] = i end while true do State.set("temp.k", t) end',
  'while true do pcall(load, function() for _ = 1, 1e6 do end end) end',
  'while true do setmetatable({}, { __gc = function() for _ = 1, 1e6 do end end }) collectgarbage() end',
]

/** Lua code that the portable artifact cannot leave. */
const held = [
  'setmetatable({}, { __gc = function() while true do end end }) collectgarbage()',
  'setmetatable({}, { __gc = function() while true do pcall(error) end end })',
  'load(function() while true do end end)',
  'local t <close> = setmetatable({}, { __close = function() while true do end end }) error("x")',
  'local co = coroutine.create(function() local t <close> = setmetatable({}, { __close = function() while true do end end }) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)',
]

const slowest: Array<{ ms: number; code: string }> = []

afterAll(() => {
  slowest.sort((a, b) => b.ms - a.ms)
  for (const { ms, code } of slowest.slice(0, 8))
    console.info(`a short run took ${ms.toFixed(0)} ms at most alongside ${code}`)
})

/** The longest that a short run took alongside `code`, in milliseconds. */
async function beside(code: string): Promise<number> {
  const runner = await start({ limits: { timeoutMs: 60_000, cpuMs: 60_000 } })
  const run = runner.run(code, main)
  run.catch(() => {})
  let most = 0
  for (let round = 0; round < 4; round++) {
    await passed(100)
    const short = runner.run('return 1', main)
    most = Math.max(most, await took(short))
    expect((await short).values).toEqual([1])
  }
  run.cancel()
  await took(run)
  slowest.push({ ms: most, code })
  return most
}

describe('alongside what does not end', () => {
  for (const code of endless) {
    it(`lets a short run through: ${code}`, async () => {
      expect(await beside(code)).toBeLessThan(SOON_MS)
    })
  }
})

describe('alongside loops of long steps', () => {
  for (const code of steps) {
    it(`lets a short run through: ${code}`, async () => {
      expect(await beside(code)).toBeLessThan(SOON_MS)
    })
  }
})

describe('alongside what the portable artifact cannot leave', () => {
  for (const code of held) {
    it(`lets a short run through once it was ended: ${code}`, async () => {
      expect(await beside(code)).toBeLessThan(artifact === 'portable' ? HELD_MS + SOON_MS : SOON_MS)
    })
  }
})
