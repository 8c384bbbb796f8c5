-- Lua 5.4 reference manual, §3.5: visibility rules, closures and upvalues.

x = 10
do
  local x = x
  assert(x == 10, "the new x is not yet visible in its own expression")
  x = x + 1
  do
    local x = x + 1
    assert(x == 12)
  end
  assert(x == 11)
end
assert(x == 10)
x = nil

-- A closure's variables are its own: each execution of local makes a new one.
do
  local a, shared = {}, 20
  for i = 1, 10 do
    local y = 0
    a[i] = function() y = y + 1 shared = shared + 1 return y, shared, i end
  end
  assert(a[1]() == 1 and a[1]() == 2 and a[2]() == 1, "each turn has its own y")
  local _, s, i = a[3]()
  assert(s == 24 and i == 3, "all share what is outside, and each has its own control variable")
  assert(shared == 24)
end
do -- A counter and its reset share one variable.
  local function counter()
    local n = 0
    return function() n = n + 1 return n end, function() n = 0 end
  end
  local up, reset = counter()
  local other = counter()
  up() up()
  assert(up() == 3 and other() == 1)
  reset()
  assert(up() == 1 and other() == 2)
end
do -- Closures in while and repeat.
  local list, i = {}, 0
  while i < 3 do
    local j = i
    list[#list + 1] = function() j = j + 10 return j end
    i = i + 1
  end
  assert(list[1]() == 10 and list[2]() == 11 and list[3]() == 12 and list[1]() == 20)
  list, i = {}, 0
  repeat
    local j = i
    list[#list + 1] = function() return j end
    i = j + 1
  until (function() return j end)() == 2
  assert(list[1]() == 0 and list[3]() == 2, "the condition captures the body's local")
end
do -- Closures in generic for, and break.
  local list = {}
  for k, v in pairs { 5, 6, 7 } do
    list[k] = function(new) if new then v = new end return v end
    if k == 3 then break end
  end
  list[1](50)
  assert(list[1]() == 50 and list[2]() == 6 and list[3]() == 7)
end
do -- Parameters and varargs are variables too.
  local function f(a, ...)
    local rest = { ... }
    return function() a = a + 1 return a, #rest end
  end
  local g, h = f(1, 2, 3), f(10)
  assert(g() == 2 and g() == 3 and h() == 11 and select(2, g()) == 2)
end
do -- Many levels.
  local function l1()
    local v = 1
    return function() return function() return function() v = v * 2 return v end end end
  end
  local f = l1()()()
  assert(f() == 2 and f() == 4)
end
do -- Upvalues outlive an error, and a coroutine.
  local get
  pcall(function() local v = "kept" get = function() return v end error() end)
  assert(get() == "kept")
  local co = coroutine.wrap(function() local v = "alive" get = function() return v end coroutine.yield() v = "changed" end)
  co()
  assert(get() == "alive")
  co()
  assert(get() == "changed")
end
do -- Recursion of locals.
  local function factorial(n) return n <= 1 and 1 or n * factorial(n - 1) end
  assert(factorial(20) == 2432902008176640000)
  local f = function(n) return n == 0 and "global" or f(n - 1) end
  assert(not pcall(f, 1), "local f = function does not see itself")
end
do -- 200 locals and 255 upvalues are allowed, more are an error.
  local names = {}
  for i = 1, 200 do names[i] = "v" .. i end
  assert(load("local " .. table.concat(names, ", ")))
  names[201] = "v201"
  local chunk, message = load("local " .. table.concat(names, ", "))
  assert(not chunk and message:find("too many local variables", 1, true), tostring(message))
  names[201] = nil
  local source = "local " .. table.concat(names, ",") .. " = 1 return function() return function() return " .. table.concat(names, "+") .. " end end"
  assert(load(source))
end
