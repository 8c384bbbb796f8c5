-- Lua 5.4 reference manual, §2.2, §3.2: variables and environments.

-- §3.2 Variables are nil before their first assignment.
assert(never_assigned == nil, "a global is nil at first")
do local x assert(x == nil, "a local is nil at first") end

-- t.name is t["name"].
do
  local t = { name = 1 }
  assert(t.name == t["name"] and t["na" .. "me"] == 1)
  t.a = {} t.a.b = {} t.a.b.c = "deep"
  assert(t["a"]["b"].c == "deep")
end

-- x is _ENV.x.
do
  some_global = 5
  assert(_ENV.some_global == 5 and _G.some_global == 5, "a global is a field of _ENV")
  _ENV.some_global = nil
  assert(some_global == nil)
  assert(_ENV == _G and _G._G == _G, "_G has the global environment")
end
-- §2.2: _ENV is a name like any other.
do
  local print_, assert_ = print, assert
  local _ENV = { y = 7 }
  x = 3
  assert_(x == 3 and y == 7 and _ENV.x == 3 and print == nil, "a local _ENV")
end
do
  local function sandboxed(_ENV) return a + b end
  assert(sandboxed { a = 1, b = 2 } == 3, "_ENV as a parameter")
  local f
  do local _ENV = { v = "up" } f = function() return v end end
  assert(f() == "up", "_ENV as an upvalue")
  local ok, message = pcall(function() local _ENV = nil return x end)
  assert(not ok and message:find("attempt to index a nil value (upvalue '_ENV')", 1, true)
    or message:find("attempt to index a nil value (local '_ENV')", 1, true), tostring(message))
  local _ENV <const> = { assert = assert }
  z = 1
  assert(z == 1 and _ENV.z == 1, "a constant _ENV can still have its fields assigned")
end
assert(z == nil)
do
  local env = { n = 1 }
  local chunk = assert(load("n = n + 1 return n, _ENV", "=c", "t", env))
  local n, e = chunk()
  assert(n == 2 and e == env and env.n == 2 and _G.n == nil, "load with an environment")
  chunk = assert(load("return _ENV", "=c", "t", nil))
  assert(chunk() == nil, "nil is an environment too when it is given")
  assert(load("return _ENV")() == _G, "a chunk's environment is the global one")
end
do -- Changing _G's metatable is seen by globals.
  local seen
  setmetatable(_G, { __index = function(_, k) return "no " .. k end, __newindex = function(t, k, v) seen = k rawset(t, k, v) end })
  assert(undefined_name == "no undefined_name")
  another_name = 1
  setmetatable(_G, nil)
  assert(seen == "another_name" and another_name == 1)
  another_name = nil
end
do
  local old = _G
  _G = 5
  assert(old._G == 5 and tostring(1) == "1", "assigning to _G changes no environment")
  _G = old
end
