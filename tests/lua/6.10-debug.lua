-- Lua 5.4 reference manual, §6.10: of the debug library, traceback, getinfo, and upvalues of Lua functions.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

-- traceback.
do
  local function inner() return (debug.traceback("message")) end
  local function outer() local t = inner() return t end
  local t = outer()
  assert(t:find("^message\nstack traceback:\n"), t)
  assert(t:find("in upvalue 'inner'", 1, true) and t:find("in local 'outer'", 1, true) and t:find("in main chunk", 1, true), t)
  assert(t:find("6.10-debug.lua:11:", 1, true) and t:find(":12:", 1, true), "lines: " .. t)
  assert(debug.traceback():find("^stack traceback:\n"))
  assert(not debug.traceback("m", 2):find("6.10-debug.lua:18:", 1, true), "levels are left out")
  local o = {}
  assert(debug.traceback(o) == o and debug.traceback(nil) ~= nil and debug.traceback(true) == true, "what is no string comes back")
  assert(debug.traceback(5):find("^5\nstack"))
  local function deep(n) if n == 0 then return debug.traceback() end return (deep(n - 1)) end
  assert(deep(100):find("skipping", 1, true), "long ones are shortened")
  local co = coroutine.create(function() coroutine.yield() error("x") end)
  coroutine.resume(co)
  assert(debug.traceback(co):find("yield", 1, true))
  coroutine.resume(co)
  assert(debug.traceback(co, "m"):find("^m\nstack traceback:\n.*error"))
  assert(debug.traceback(co, nil, 100) == "stack traceback:")
end

-- getinfo of a function.
do
  local function f(a, b, ...) return a, b end
  local i = debug.getinfo(f)
  assert(i.func == f and i.what == "Lua" and i.nparams == 2 and i.isvararg == true and i.nups == 0)
  assert(i.short_src:find("6.10-debug.lua", 1, true) and i.source:find("^@.*6%.10%-debug%.lua$"))
  assert(i.linedefined == 34 and i.lastlinedefined == 34 and i.currentline == -1 and i.istailcall == false)
  i = debug.getinfo(print)
  assert(i.what == "C" and i.currentline == -1 and i.linedefined == -1 and i.isvararg == true and i.nparams == 0 and i.source == "=[C]" and i.short_src == "[C]")
  assert(debug.getinfo(f, "u").source == nil and debug.getinfo(f, "S").nups == nil and debug.getinfo(f, "f").func == f and debug.getinfo(f, "f").what == nil)
  local lines = debug.getinfo(f, "L").activelines
  assert(lines[34] == true and next(lines, 34) == nil)
  assert(debug.getinfo(load("return 1", "=name")).source == "=name" and debug.getinfo(load("return 1", "text")).source == "text" and debug.getinfo(load("")).what == "main")
end

-- getinfo of a level.
do
  local function named() return debug.getinfo(1, "nSlt") end
  local i = named()
  assert(i.name == "named" and i.namewhat == "local" and i.currentline == 49 and i.what == "Lua" and i.istailcall == false)
  local function tail() return named() end
  assert(tail().istailcall == true)
  local t = { method = function() return debug.getinfo(1, "n") end }
  local m = t:method()
  assert(m.name == "method" and m.namewhat == "method")
  i = debug.getinfo(1)
  assert(i.what == "main" and i.currentline == 57)
  assert(debug.getinfo(0, "n").name == "getinfo" and debug.getinfo(1000) == nil)
  local co = coroutine.create(function() local x = 1 coroutine.yield() end)
  coroutine.resume(co)
  assert(debug.getinfo(co, 1, "l").currentline == 60 and debug.getinfo(co, 0, "S").what == "C" and debug.getinfo(co, 5) == nil)
  local where
  setmetatable({}, { __index = function() where = debug.getinfo(1, "n") end }).x = nil
  local _ = setmetatable({}, { __index = function() where = debug.getinfo(1, "n") end }).x
  assert(where.name == "index" and where.namewhat == "metamethod")
end
fails("invalid option", debug.getinfo, 1, "X")
fails("invalid option", debug.getinfo, 1, ">")
fails("number expected", debug.getinfo, "x")
fails("number expected", debug.getinfo)

-- Upvalues of Lua functions.
do
  local a, b = 1, 2
  local function f() return a, b end
  local function g() return b end
  assert(debug.getupvalue(f, 1) == "a" and select(2, debug.getupvalue(f, 2)) == 2 and debug.getupvalue(f, 3) == nil and debug.getupvalue(f, 0) == nil)
  assert(debug.setupvalue(f, 1, 10) == "a" and a == 10 and debug.setupvalue(f, 3, 0) == nil)
  assert(debug.upvalueid(f, 2) == debug.upvalueid(g, 1) and debug.upvalueid(f, 1) ~= debug.upvalueid(g, 1) and debug.upvalueid(f, 9) == nil)
  debug.upvaluejoin(g, 1, f, 1)
  assert(g() == 10 and debug.upvalueid(f, 1) == debug.upvalueid(g, 1))
  fails("invalid upvalue index", debug.upvaluejoin, f, 5, g, 1)
  fails("value expected", debug.setupvalue, f, 1)
  fails("number expected", debug.getupvalue, f)
  -- What Lua 5.1 calls setfenv.
  local chunk = load("x = 1 return x")
  local env = {}
  assert(debug.setupvalue(chunk, 1, env) == "_ENV" and chunk() == 1 and env.x == 1 and x == nil)
end

-- debug.setmetatable sets what all values of a type have.
do
  local function same(value, metatable) return rawequal(debug.setmetatable(value, metatable), value) end
  local strings = getmetatable("")
  assert(same("", nil) and getmetatable("x") == nil and not pcall(function() return ("x").len end))
  assert(same("", strings) and ("xyz"):len() == 3)
  assert(same(nil, { __index = function(_, key) return key end }) and (nil).field == "field" and same(nil, nil))
  assert(same(1, { __call = function(n, more) return n + more end }) and (3)(4) == 7 and (1.5)(1) == 2.5 and same(1, nil))
  assert(same(true, { __len = function(b) return b and 1 or 0 end }) and #true == 1 and #false == 0 and same(true, nil))
  assert(same(print, { __index = { name = "f" } }) and print.name == "f" and (function() end).name == "f" and same(print, nil))
  local t = {}
  assert(same(t, { __len = function() return 7 end }) and #t == 7 and same(t, nil) and #t == 0)
  fails("nil or table expected", debug.setmetatable, {}, 1)
  fails("nil or table expected", debug.setmetatable, {})
end
