-- Lua 5.4 reference manual, §2.3 error handling; error, pcall, xpcall, assert, warn of §6.1.

local function fails(f, ...) local r = table.pack(pcall(f, ...)) assert(r[1] == false and r.n == 2, "one error object") return r[2] end

-- Error objects are any values.
for _, v in ipairs { 1, 2.5, true, false, "text", {}, print, coroutine.create(print) } do
  assert(fails(error, v, 0) == v, "the value itself")
  if type(v) ~= "string" then assert(fails(error, v) == v, "no position is added to what is no string") end
end
assert(fails(error) == nil and fails(error, nil) == nil, "nil")
do local e = fails(error, 42) assert(math.type(e) == "integer", "a number stays a number") end

-- Positions: level 1 is where error is called, level 2 its caller.
do
  local function one() error("m") end
  local function two() error("m", 2) end
  local function zero() error("m", 0) end
  local function caller() two() return 1 end
  local function main3() error("m", 3) end
  local function middle() main3() return 1 end
  local function caller3() middle() return 1 end
  assert(fails(one):find(":15: m$"), fails(one))
  assert(fails(caller):find(":18: m$"), fails(caller))
  assert(fails(caller3):find(":21: m$"), fails(caller3))
  assert(fails(zero) == "m")
  assert(fails(error, "m") == "m" or fails(error, "m"):find("m$"), "error called by pcall has no position")
  local chunk = load("error('m')", "=name")
  assert(fails(chunk) == "name:1: m")
  chunk = load("\n\nerror('m')", "@file.lua")
  assert(fails(chunk) == "file.lua:3: m")
  chunk = load("error('m')", "error('m')")
  assert(fails(chunk) == "[string \"error('m')\"]:1: m")
  chunk = load("local x = nil\nlocal y = x.z", "=(load)")
  assert(fails(chunk) == "(load):2: attempt to index a nil value (local 'x')", fails(chunk))
end

-- pcall: status and results.
do
  local r = table.pack(pcall(function(...) return ..., select("#", ...) end, 1, nil))
  assert(r.n == 3 and r[1] == true and r[2] == 1 and r[3] == 2)
  assert(select("#", pcall(function() end)) == 1)
  assert(pcall(pcall) == false and select(2, pcall(pcall)):find("value expected", 1, true))
  local ok, e = pcall(nil)
  assert(not ok and e == "attempt to call a nil value", tostring(e))
  ok, e = pcall({})
  assert(not ok and e == "attempt to call a table value")
  assert(select(2, pcall(setmetatable({}, { __call = function(self, a) return a end }), 5)) == 5)
end

-- Nested pcalls.
do
  local ok, inner, e = pcall(pcall, error, "deep")
  assert(ok and inner == false and e == "deep")
  local log = {}
  local ok1, e1 = pcall(function()
    local ok2, e2 = pcall(function()
      local ok3, e3 = pcall(error, "third")
      log[#log + 1] = e3
      error("second", 0)
    end)
    log[#log + 1] = e2
    error("first", 0)
  end)
  log[#log + 1] = e1
  assert(not ok1 and table.concat(log, " ") == "third second first")
  local depth = 0
  local function nest(n) if n == 0 then error("bottom", 0) end depth = n local ok, e = pcall(nest, n - 1) error(e, 0) end
  local ok2, e2 = pcall(nest, 100)
  assert(not ok2 and e2 == "bottom" and depth == 1)
end

-- xpcall: the handler gets the object, at the point of the error; its result is the result.
do
  local function raise(v) error(v, 0) end
  local r = table.pack(xpcall(raise, function(e) return "handled " .. e, "ignored" end, "x"))
  assert(r.n == 2 and r[1] == false and r[2] == "handled x", "one value of the handler")
  assert(select("#", xpcall(function(...) return ... end, print, 1, 2, 3)) == 4, "arguments and results")
  local trace
  xpcall(function() local function named_function() error("x") end named_function() end, function() trace = debug.traceback() end)
  assert(trace:find("named_function", 1, true), "the handler runs on the error's stack")
  local n = 0
  local ok, e = xpcall(error, function(m) n = n + 1 if n < 3 then error("again", 0) end return m .. n end, "first")
  assert(not ok and n == 3 and e == "again3", "an error in the handler calls it again")
  ok, e = xpcall(error, function() error("always", 0) end, "x")
  assert(ok == false and e ~= nil, "a handler that always fails comes to an end")
  ok, e = xpcall(function() local x = nil + 1 end, function(m) return { message = m } end)
  assert(not ok and e.message:find("attempt to perform arithmetic on a nil value"))
  assert(not pcall(xpcall, error, 5), "a handler is a function")
  assert(not pcall(xpcall), "a handler must be there")
  ok, e = xpcall(function() error() end, function(m) return m == nil and "nil" end)
  assert(not ok and e == "nil")
end

-- assert.
do
  local t = {}
  local r = table.pack(assert(1, t, nil))
  assert(r.n == 3 and r[1] == 1 and r[2] == t, "all arguments come back")
  assert(fails(assert, false) == "assertion failed!" and fails(assert, nil) == "assertion failed!")
  assert(fails(assert, false, t) == t and fails(assert, nil, "m") == "m" and fails(assert, false, nil) == nil and fails(assert, false, 5) == 5)
  assert(fails(assert):find("value expected", 1, true))
end

-- Errors of the VM carry the position and names of variables.
do
  local up
  local message = fails(function() up.x = 1 end)
  assert(message:find("attempt to index a nil value (upvalue 'up')", 1, true), message)
  message = fails(function() local t = {} t.a.b.c = 1 end)
  assert(message:find("attempt to index a nil value (field 'a')", 1, true), message)
  message = fails(function() return ("x")() end)
  assert(message:find("attempt to call a string value", 1, true), message)
  message = fails(function() return #nil end)
  assert(message:find("attempt to get length of a nil value", 1, true), message)
  message = fails(function() local t = setmetatable({}, { __index = function(_, k) error("no field " .. k, 2) end }) return t.zip end)
  assert(message:find(":%d+: no field zip$"), message)
end

-- Arguments of library functions are checked, and named.
do
  assert(fails(function() ("x"):rep({}) end):find("bad argument #1 to 'rep' (number expected, got table)", 1, true))
  assert(fails(function() string.rep() end):find("bad argument #1 to 'rep' (string expected, got no value)", 1, true))
  assert(fails(function() setmetatable(1, {}) end):find("bad argument #1 to 'setmetatable' (table expected, got number)", 1, true))
  assert(fails(function() ipairs() end):find("bad argument #1 to 'ipairs' (", 1, true))
  assert(fails(function() string.rep(setmetatable({}, { __name = "My.Type" }), 1) end):find("string expected, got My.Type", 1, true))
  assert(fails(function() local s = "x" s.rep() end):find("bad argument #1 to 'rep'", 1, true))
  assert(fails(function() local s = "x" s:rep() end):find("bad argument #1 to 'rep'", 1, true), "self is not counted")
  assert(fails(function() string.rep.x() end):find("attempt to index a function value (field 'rep')", 1, true))
end

-- A function may recurse as deep as a stack of 1,000,000 values lets it.
do
  local function sum(n) if n == 0 then return 0 end return n + sum(n - 1) end
  assert(sum(190000) == 18050095000)
  local function deep(n) if n > 0 then deep(n - 1) end end
  deep(300000)
  -- An overflow leaves room for what handles it.
  local function endless() return 1 + endless() end
  local ok, e = xpcall(endless, function(e) deep(50) return e .. "!" end)
  assert(not ok and e:find("stack overflow!", 1, true), e)
  ok, e = xpcall(endless, function() return endless() end)
  assert(not ok and (e == "error in error handling" or e:find("overflow", 1, true)), e)
end

-- Stack overflow is an error like others.
do
  local depth = 0
  local function endless() depth = depth + 1 return 1 + endless() end
  local message = fails(endless)
  assert(message:find("stack overflow", 1, true) and depth > 1000, message)
  depth = 0
  assert(fails(endless):find("stack overflow", 1, true) and depth > 1000, "and again")
  local t = setmetatable({}, {})
  getmetatable(t).__index = function(self, k) return self[k .. "x"] end
  assert(fails(function() return t.a end):find("stack overflow", 1, true), "in metamethods")
  getmetatable(t).__index = function(self) return self.same end
  assert(fails(function() return t.a end):find("overflow", 1, true))
  getmetatable(t).__index = t
  assert(fails(function() return t.a end):find("loop", 1, true), "__index of itself")
  assert(fails(function() local function f(s) return s:gsub(".", f) end return f("x") end):find("overflow", 1, true), "through the library")
  local function handler() return handler() + 1 end
  assert(select("#", xpcall(endless, handler)) == 2, "an overflow in the handler of an overflow")
  local co
  co = function() return coroutine.wrap(co)() end
  assert(fails(co):find("overflow", 1, true), "of coroutines in coroutines")
end
