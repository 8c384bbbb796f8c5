-- Functions that run long enough to be compiled: calls, errors, waits, and what ends a frame.

-- An error in a hot loop has the place and the name that it has in a cold one, and the same traceback.
local function sum(list, count)
  local total = 0
  for i = 1, count do
    total = total + list[i]
    if i == count - 1 then
      local missing = list.missing
      total = total + missing
    end
  end
  return total
end
local list = {}
for i = 1, 3000 do list[i] = i end
local messages = {}
for round = 1, 20 do
  local ok, message = pcall(sum, list, 3000)
  assert(not ok)
  messages[round] = message
end
assert(messages[1]:find(":10: attempt to perform arithmetic on a nil value (local 'missing')", 1, true), messages[1])
assert(messages[20] == messages[1])
local _, cold = xpcall(load("local a, b = ... return a + b", "=cold"), debug.traceback, 1, nil)
assert(cold:find("^cold:1: attempt to perform arithmetic on a nil value %(local 'b'%)\nstack traceback:\n"), cold)
local _, hot = xpcall(sum, debug.traceback, list, 3000)
assert(hot:find("^[^\n]*:10: attempt to perform arithmetic on a nil value %(local .missing.%)\nstack traceback:\n\t[^\n]*:10: in "), hot)

-- A yield out of a hot loop, and out of many frames.
local function generate(count)
  for i = 1, count do
    local double = i * 2
    if i % 3 == 0 then coroutine.yield(double) end
  end
  return "end"
end
local total, yields = 0, 0
for _ = 1, 2 do
  local next_value = coroutine.wrap(generate)
  while true do
    local value = next_value(3000)
    if value == "end" then break end
    total, yields = total + value, yields + 1
  end
end
assert(total == 6006000 and yields == 2000)
local function descend(depth)
  if depth == 0 then
    coroutine.yield("bottom")
    return 1
  end
  local below = descend(depth - 1)
  return below + 1
end
for _ = 1, 300 do
  local thread = coroutine.create(descend)
  local _, where = coroutine.resume(thread, 50)
  local _, depth = coroutine.resume(thread)
  assert(where == "bottom" and depth == 51)
end

-- A yield in each metamethod.
local counts = {}
local function yielding(name, result)
  return function(...)
    coroutine.yield(name)
    return result
  end
end
local meta = {
  __add = yielding("add", 5), __lt = yielding("lt", true), __index = yielding("index", 7), __concat = yielding("concat", "c"),
  __eq = yielding("eq", true), __newindex = yielding("newindex"), __call = yielding("call", 3), __len = yielding("len", 2),
  __unm = yielding("unm", 1), __idiv = yielding("idiv", 1), __band = yielding("band", 1), __close = nil,
}
local function with_all(count)
  local one, other = setmetatable({}, meta), setmetatable({}, meta)
  local result = 0
  for _ = 1, count do
    result = result + (one + other)
    if one < other then result = result + 1 end
    result = result + one.foo
    if one == other then result = result + 1 end
    one.bar = 1
    result = result + one(3)
    result = result + #(one .. other) + #one + -one + one // 2 + (one & 1)
  end
  return result
end
local thread = coroutine.create(with_all)
local ok, value = coroutine.resume(thread, 300)
while coroutine.status(thread) ~= "dead" do
  counts[value] = (counts[value] or 0) + 1
  ok, value = coroutine.resume(thread)
  assert(ok, value)
end
assert(value == 300 * (5 + 1 + 7 + 1 + 3 + 1 + 2 + 1 + 1 + 1))
for _, name in ipairs({ "add", "lt", "index", "concat", "eq", "newindex", "call", "len", "unm", "idiv", "band" }) do
  assert(counts[name] == 300, name)
end

-- Deep recursion: Lua's own limits are met, not the machine's.
local function depth_of(count)
  if count == 0 then return 0 end
  return 1 + depth_of(count - 1)
end
for _ = 1, 10 do assert(depth_of(15000) == 15000) end
local endless = function() local function f() return 1 + f() end return f() end
for _ = 1, 2 do
  local fine, message = pcall(endless)
  assert(not fine and message:find("stack overflow", 1, true), message)
end
local function nested(count)
  if count == 0 then error("bottom") end
  local fine, message = pcall(nested, count - 1)
  if not fine then error(message, 0) end
end
for _ = 1, 100 do
  local fine, message = pcall(nested, 100)
  assert(not fine and message:find(": bottom", 1, true), message)
end
local fine, message = pcall(nested, 300)
assert(not fine and message:find("stack overflow", 1, true), message)
-- And between calls through C, which compiled frames take no less room for.
local function through_sort(count)
  if count == 0 then return 0 end
  local result
  table.sort({ 2, 1 }, function(a, b)
    result = result or 1 + through_sort(count - 1)
    return a < b
  end)
  return result
end
for _ = 1, 30 do assert(through_sort(20) == 20) end

-- Variables that are closed, with and without an error.
local closed, seen = 0, {}
local function closing(count, fails)
  local reached = 0
  for i = 1, count do
    local variable <close> = setmetatable({}, {
      __close = function(_, reason)
        closed = closed + 1
        if reason then seen[#seen + 1] = reason end
      end,
    })
    if i == fails then error("at " .. i, 0) end
    reached = reached + 1
  end
  return reached
end
for round = 1, 10 do assert(closing(round * 100, -1) == round * 100) end
assert(closed == 5500)
local fine_too, reason = pcall(closing, 1000, 900)
assert(not fine_too and reason == "at 900" and closed == 6400 and seen[1] == "at 900" and #seen == 1)

-- What ends a variable is called in the registers after it, which are used again.
local ended = setmetatable({}, { __close = function() closed = closed + 1 end })
local function after_closing(x)
  local a, b, c = x + 1, x + 2, x + 3
  do
    local d, e, f, g, h = 1, 2, 3, 4, 5
    a = a + d + e + f + g + h
  end
  do local variable <close> = ended end
  for i = 1, 3 do a = a + i end
  do
    local d, e, f, g, h = 1, 2, 3, 4, 5
    b = b + d + e + f + g + h
  end
  do
    local variable <close> = ended
    b = b + 1
  end
  local d, e, f, g, h = 1, 2, 3, 4, 5
  return a + b + c, d, e, f, g, h
end
for x = 1, 5000 do
  local sum_after, d, e, f, g, h = after_closing(x)
  assert(sum_after == 3 * x + 43)
  assert(d == 1 and e == 2 and f == 3 and g == 4 and h == 5)
end
assert(closed == 16400)

-- Variable arguments, and results of any number.
local function sum_of(...)
  local result = 0
  for i = 1, select("#", ...) do result = result + (select(i, ...)) end
  return result, ...
end
local function pass(...) return sum_of(...) end
local all = 0
for i = 1, 1000 do
  local a, b, c, d = pass(i, 2, 3)
  assert(d == 3)
  all = all + a + b + c
end
assert(all == 1000 * 5 + 500500 * 2 + 2000)
local function ends(...)
  local first, second = ...
  local packed = { ... }
  return #packed, first, second, (...)
end
for i = 1, 1000 do
  local count, first, second, again = ends(i, nil, 3)
  assert(count == 3 and first == i and second == nil and again == i)
end

-- Tail calls without end, to itself, to others and to functions in C.
local function loop(count, result)
  if count == 0 then return result end
  return loop(count - 1, result + count)
end
for i = 1, 10 do assert(loop(10000, i) == 50005000 + i) end
assert(loop(300000, 0) == 45000150000)
local function even(count)
  if count == 0 then return true end
  return (function(rest)
    if rest == 0 then return false end
    return even(rest - 1)
  end)(count - 1)
end
assert(even(10001) == false and even(10000) == true)
local function absolute(x) return math.abs(x) end
for i = 1, 1000 do assert(absolute(-i) == i) end

-- What a function is called changes: a compiled caller notices.
local callee = function(a) return a end
local function call_it(count)
  local result = 0
  for i = 1, count do result = result + callee(i) end
  return result
end
assert(call_it(1000) == 500500)
callee = function(a, b, c) return c == nil and a * 2 or 0 end
assert(call_it(1000) == 1001000)
callee = math.sqrt
assert(call_it(100) > 671 and call_it(100) < 672)
callee = setmetatable({}, { __call = function(_, a) return -a end })
assert(call_it(1000) == -500500)

-- A hook's worth of C functions that compiled code knows, given what they are not used to.
local function known(x, text, at) return math.sqrt(x), math.floor(x), math.abs(x), string.byte(text, at) end
for i = 1, 1000 do
  local root, floor, size, byte = known(i + 0.25, "abc", i % 3 + 1)
  assert(root * root - i < 0.2501 and floor == i and size == i + 0.25 and byte == 97 + i % 3)
end
assert(select(2, known(3, "abc", 1)) == 3 and math.type(select(2, known(3, "abc", 1))) == "integer")
assert(select("#", known(2.5, "abc", 9)) == 3)
assert(select(2, known(-2.5, "abc", -1)) == -3 and select(4, known(1, "abc", -1)) == 99)
assert(select(2, known(1e300, "abc", 1)) == 1e300 and math.type(select(2, known(2^53, "abc", 1))) == "integer")
assert(select(2, known("7.5", "abc", 1)) == 7)
assert(not pcall(known, {}, "abc", 1))
