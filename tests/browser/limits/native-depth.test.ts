/** Recursion through C and Rust ends by a limit of Lua's before the browser's stack does, whatever is done at its bottom. */

import type { Runner } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { engine } from '../support/engine.js'
import { failureOf } from '../support/failure-of.js'
import { shortStackWorker } from '../support/short-stack.js'

/** Ways to recurse. `here` is called at each level; the C functions between two levels are what takes stack. */
const recursions: Record<string, string> = {
  pcall: 'local function f() here() pcall(f) end f()',
  xpcall: 'local function f() here() xpcall(f, print) end f()',
  'message handlers': 'local function f() here() xpcall(error, f) end f()',
  'handlers of their own errors': 'xpcall(error, function() here() error() end)',
  __index: 'local t = setmetatable({}, { __index = function(t, k) here() return t[k + 1] end }) return t[1]',
  __newindex: 'local t = setmetatable({}, { __newindex = function(t, k, v) here() t[k + 1] = v end }) t[1] = 1',
  __add: 'local t t = setmetatable({}, { __add = function(a, b) here() return a + b end }) return t + t',
  '__add of a string':
    'local t = setmetatable({}, { __add = function(a, b) here() return "10" + b end }) return "10" + t',
  __concat: 'local t t = setmetatable({}, { __concat = function(a, b) here() return a .. b end }) return t .. t',
  __eq: 'local m = { __eq = function(a, b) here() return a == b end } return setmetatable({}, m) == setmetatable({}, m)',
  __lt: 'local m = { __lt = function(a, b) here() return a < b end } return setmetatable({}, m) < setmetatable({}, m)',
  __le: 'local m = { __le = function(a, b) here() return a <= b end } return setmetatable({}, m) <= setmetatable({}, m)',
  __len: 'local t = setmetatable({}, { __len = function(t) here() return #t end }) return #t',
  __unm: 'local t = setmetatable({}, { __unm = function(t) here() return -t end }) return -t',
  __call: 'local t = setmetatable({}, { __call = function(t) here() pcall(t) end }) t()',
  __tostring: 'local t = setmetatable({}, { __tostring = function(t) here() return tostring(t) end }) tostring(t)',
  '__tostring in format':
    'local t = setmetatable({}, { __tostring = function(t) here() return ("%s"):format(t) end }) tostring(t)',
  '__tostring in print':
    'local t = setmetatable({}, { __tostring = function(t) here() print(t) return "" end }) print(t)',
  '__tostring of an error':
    'local e = setmetatable({}, { __tostring = function(e) here() State.async(error, e) return "" end }) State.async(error, e)',
  '__name in format':
    'local t = setmetatable({}, { __index = function(t, k) here() return ("%5.1s"):format(t[k]) end }) return t.x',
  __pairs: 'local t = setmetatable({}, { __pairs = function(t) here() return pairs(t) end }) pairs(t)',
  __close: 'local m = {} function m.__close() here() local t <close> = setmetatable({}, m) end m.__close()',
  '__close for errors':
    'local m = {} function m.__close() here() local t <close> = setmetatable({}, m) error() end m.__close()',
  '__close in coroutine.close':
    'local m = {} function m.__close() here() local c = coroutine.create(function() local t <close> = setmetatable({}, m) coroutine.yield() end) coroutine.resume(c) coroutine.close(c) end m.__close()',
  '__gc in coroutines':
    'local function f() setmetatable({}, { __gc = here }) collectgarbage() coroutine.wrap(f)() end f()',
  gsub: 'local function f() here() return (("x"):gsub("x", f)) end f()',
  'gsub with __index':
    'local t = setmetatable({}, { __index = function(t) here() return (("x"):gsub("x", t)) end }) return t.x',
  'gmatch in loops': 'local function f() here() for w in ("x"):gmatch("x") do pcall(f) end end f()',
  iterators: 'local function f() here() for _ in f do end end f()',
  'table.sort': 'local function f() here() table.sort({ 1, 2, 3 }, f) end f()',
  'table.concat':
    'local t = setmetatable({}, { __len = function() return 2 end, __index = function(t) here() return table.concat(t) end }) table.concat(t)',
  'table.unpack':
    'local t = setmetatable({}, { __index = function(t) here() return table.unpack(t, 1, 2) end }) table.unpack(t, 1, 2)',
  'table.insert':
    'local t = setmetatable({}, { __newindex = function(t) here() table.insert(t, 1) end }) table.insert(t, 1)',
  'table.remove':
    'local t = setmetatable({}, { __len = function(t) here() return table.remove(t) end }) table.remove(t)',
  'table.move':
    'local t = setmetatable({}, { __index = function(t) here() table.move(t, 1, 1, 2) end }) table.move(t, 1, 1, 2)',
  'next of pairs':
    'local t t = setmetatable({}, { __pairs = function() return function() here() for _ in pairs(t) do end end end }) for _ in pairs(t) do end',
  'coroutine.wrap': 'local function f() here() coroutine.wrap(f)() end f()',
  'coroutine.resume': 'local function f() here() coroutine.resume(coroutine.create(f)) end f()',
  'coroutines in pcalls in gsub':
    'local function f() here() return ("x"):gsub("x", function() pcall(coroutine.wrap(f)) end) end f()',
  'readers of load': 'local function f() here() load(f) end f()',
  'code that loads code': 'function f() here() load("f()")() end f()',
  'modules of package.preload':
    'local n = 0 local function f() here() n = n + 1 package.preload["m" .. n] = f require("m" .. n) end f()',
  'modules of the page':
    'count = here for name in pairs(package.loaded) do if name:find("file") then package.loaded[name] = nil end end require "file://m1"',
  searchers: 'local n = 0 package.searchers[1] = function() here() n = n + 1 require("m" .. n) end require "m"',
  'State.async': 'local function f() here() State.async(f) end f()',
  parentheses: nested('return ', '('),
  tables: nested('return ', '{'),
  'tables by key': nested('return ', '{['),
  functions: nested('return ', 'function() return '),
  'functions in functions': nested(' ', 'local function f() '),
  blocks: nested(' ', 'do '),
  loops: nested(' ', 'for i = 1, 2 do '),
  'loops of iterators': nested(' ', 'for i in f do '),
  repeats: nested(' ', 'repeat '),
  whiles: nested(' ', 'while x do '),
  ifs: nested(' ', 'if x then '),
  elses: nested('if x then ', 'else if x then '),
  'unary operators': nested('return ', '- '),
  nots: nested('return ', 'not '),
  powers: nested('return ', '2 ^ '),
  concatenations: nested('return ', 'a .. '),
  'comparisons of ascending precedence': nested('return ', 'a or b and c < d | e ~ f & g << h .. i + j * k ^ '),
  calls: nested('return ', 'f('),
  'calls with tables': nested('return ', 'f{'),
  indices: nested('return ', 'a['),
  methods: nested('return ', 'a:b('),
  assignments: nested('a', ', a'),
  'chains of fields': nested('return a', '.b'),
  'chains of calls': nested('return a', '()'),
}

/** A source that begins so and goes on so; each piece of it is a level. */
function nested(begin: string, piece: string): string {
  const next = `local s = "${begin}" local f, e = load(function() here() local r = s s = "${piece}" return r end)`
  return `${next} if not f then error(e) end`
}

/** What is done at the bottom, where there is the least stack left. */
const LEAVES = `
  local deep = {} for _ = 1, 126 do deep = { deep } end
  local text, objects = ("["):rep(127) .. ("]"):rep(127), ('{"a":'):rep(126) .. "{}" .. ("}"):rep(126)
  local tooDeep = {} for _ = 1, 1e4 do tooDeep = { tooDeep } end
  local many = {} for i = 1, 200 do many[i] = (i * 7919) % 200 end
  local named = setmetatable({}, { __tostring = function() return "named" end })
  local leaves = {
    function() json.decode(text) json.decode(objects) json.encode(deep) end,
    function() State.set("temp.deep", deep) State.get("temp.deep") State.update("temp.deep", function(t) return t end) end,
    function() json.decode(("["):rep(1e4)) end,
    function() pcall(json.encode, tooDeep) pcall(State.set, "temp.deep", tooDeep) host.echo(tooDeep) end,
    function() host.echo(deep) end,
    function() host.fail() end,
    function() ("a"):rep(500):find(("a?"):rep(300) .. ("(a-)"):rep(30) .. "$") end,
    function() ("("):rep(300):find(("%b()"):rep(50)) ("a"):rep(300):gsub("(a)(a)", "%2%1") end,
    function() return ("%-99.99f %q %a %s"):format(1e300, "a", 0.1, named) end,
    function() table.sort(many, function(a, b) return a > b end) return table.concat({ table.unpack(many) }, ",") end,
    function() load("return " .. ("("):rep(250)) return load("local a <close> = nil return function() return ... end") end,
    function() print(named, debug.traceback("a", 1)) return deep .. deep end,
    function() pcall(error, named) return require "missing" end,
    function() return os.date("%c"), os.time({ year = 2000, month = 1, day = 1 }), string.pack("i8s", 1, "a") end,
    function() coroutine.wrap(function() sleep(0) coroutine.yield() end)() end,
    function() collectgarbage() end,
  }`

/** How much of the stack leaves too little for a recursion: WebKit's is larger. */
const NEARLY_ALL = engine === 'webkit' ? 0.99 : 0.95

/** How many levels from the deepest one that is done. Lua allows 200 calls of C's. */
const BOTTOM = 6
const DEEPEST = 200

async function startShort(used: number): Promise<Runner> {
  const runner = await start({ workerUrl: shortStackWorker(used) })
  runner.registerFunction('echo', value => value)
  runner.registerFunction('fail', () => {
    throw new Error('no')
  })
  for (let n = 1; n <= DEEPEST; n++) runner.modules.register(`m${n}`, `count() return require "file://m${n + 1}"`)
  return runner
}

/** Recurses, thrice to learn how deep, and then once for each thing that is done at the bottom. */
const recursing = (code: string) => `
  ${LEAVES}
  local deepest, depth, leaf, message = ${DEEPEST}
  function here()
    depth = depth + 1
    if depth == 1000 then error("it has no end", 0) end
    if leaf and depth > deepest - ${BOTTOM} and depth <= deepest then pcall(leaf) end
  end
  for at = -2, #leaves do
    -- Others have their turn now, and not in the middle of it: in the portable build that takes the stack away.
    sleep(0)
    depth, leaf = 0, leaves[at]
    pcall(function() ${code} end)
    if not leaf then deepest = math.min(deepest, depth) end
  end
  return deepest`

/** WebKit compiles each worker's new code as it comes, which takes seconds on a busy machine. */
const TIMEOUT_MS = 80_000

const limits = { outputBytes: 1 << 30, cpuMs: TIMEOUT_MS, timeoutMs: TIMEOUT_MS }

describe('where half of the stack is in use', function () {
  this.timeout(TIMEOUT_MS)
  for (const [what, code] of Object.entries(recursions)) {
    it(`recursion by ${what} ends by Lua's limit`, async () => {
      const runner = await startShort(0.5)
      const { values } = await runner.run<[number]>(recursing(code), { scriptId: 'main', limits })
      expect(values[0]).toBeGreaterThan(40)
    })
  }

  it('host functions run scripts that call them', async () => {
    const runner = await startShort(0.5)
    let runs = 0
    runner.registerFunction('again', async () => {
      if (runs++ < 100) await runner.run('host.again()', { scriptId: 'main' })
    })
    await runner.run('host.again()', { scriptId: 'main' })
    expect(runs).toBe(101)
  })
})

it('where nearly all of the stack is in use, it ends in the middle of a recursion, so that the above is not a deception', async function () {
  this.timeout(TIMEOUT_MS)
  const ended = failureOf(
    startShort(NEARLY_ALL).then(runner =>
      runner.run(recursing(recursions['gsub'] ?? ''), { scriptId: 'main', limits }),
    ),
  )
  expect((await ended).message).toMatch(/call stack|recursion/)
})
