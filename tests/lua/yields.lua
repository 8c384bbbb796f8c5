-- A yield ends in its resume whatever lies between: Lua alone, or functions in C.

-- Each way to come to a yield, with values in both directions.
local yield = coroutine.yield
local function deeper(depth, ...)
  if depth == 0 then return yield(...) end
  local first, second = deeper(depth - 1, ...)
  return first, second
end
local callable = setmetatable({}, { __call = function(_, ...) return (yield(...)) end })
local operators = {
  __index = function(_, key) return yield(key) end,
  __newindex = function(_, key, value) yield(key, value) end,
  __add = function(_, other) return yield(other) end,
  __concat = function(_, other) return yield(other) end,
  __len = function() return yield("length") end,
  __eq = function() return yield("equal") end,
  __lt = function() return yield("less") end,
  __close = function() yield("closed") end,
}
local object, other = setmetatable({}, operators), setmetatable({}, operators)
local ways = {
  { function(...) return yield(...) end, "a", "b" },
  { function(...) local x, y = yield(...) return x, y end, "a", "b" },
  { function(...) local x = yield(...) return x end, "a", nil },
  { function(...) return (yield(...)) end, "a", nil },
  { function(...) yield(...) return "end" end, "end", nil },
  { function(...) return deeper(20, ...) end, "a", "b" },
  { function(...) return select(2, "x", yield(...)) end, "a", "b" },
  { function(...) return callable(...) end, "a", nil },
  { yield, "a", "b" },
  { function(...) return select(2, pcall(yield, ...)) end, "a", "b" },
  { function(...) return select(2, pcall(deeper, 3, ...)) end, "a", "b" },
  { function(...) return select(2, xpcall(deeper, print, 3, ...)) end, "a", "b" },
  { function(...) local ok, e = pcall(function(...) error({ yield(...) }) end, ...) assert(not ok) return e[1], e[2] end, "a", "b" },
  { function(...) for x, y in yield, ... do return x, y end end, "a", "b" },
  { function() return object.key end, "a", nil },
  { function() object.key = 1 return "end" end, "end", nil },
  { function() return object + 1 end, "a", nil },
  { function() return object .. "x" end, "a", nil },
  { function() return #object end, "a", nil },
  { function() return object == other end, true, nil },
  { function() return object < other end, true, nil },
  { function(...) local closed <close> = object return deeper(1, ...) end, "a", "b", 2 },
  { function(...) local co = coroutine.wrap(function(...) return yield(...) end) co(...) return co(yield(...)) end, "a", "b" },
}
for number, way in ipairs(ways) do
  local co = coroutine.create(way[1])
  local steps = way[4] or 1
  for step = 1, steps do
    local ok, message = coroutine.resume(co, 1, 2)
    assert(ok, message)
    assert(coroutine.status(co) == "suspended", number)
    assert(debug.traceback(co):find("^stack traceback:\n\t%[C%]: in function 'coroutine.yield'"), debug.traceback(co))
  end
  local got
  if steps == 2 then
    coroutine.close(co)
  else
    got = table.pack(coroutine.resume(co, "a", "b"))
    assert(got[1] and got[2] == way[2] and got[3] == way[3], number .. ": " .. tostring(got[2]) .. " " .. tostring(got[3]))
    assert(coroutine.status(co) == "dead", number)
  end
end

-- None and many values, wanted or not.
local co = coroutine.wrap(function()
  local a, b, c = yield()
  assert(a == nil and b == nil and c == nil)
  local list = { yield(table.unpack({}, 1, 100)) }
  assert(#list == 100)
  local first = (yield(1, 2, 3))
  assert(first == 9)
  return yield(), 5
end)
assert(select("#", co()) == 0)
assert(select("#", co()) == 100)
local values = {}
for i = 1, 100 do values[i] = i end
assert(select("#", co(table.unpack(values))) == 3)
assert(select("#", co(9, 8, 7)) == 0)
local last, five = co(4)
assert(last == 4 and five == 5)

-- Many of them, within each other, with errors behind them.
local function generate(depth)
  if depth == 0 then yield(1) return end
  for value in coroutine.wrap(function() generate(depth - 1) generate(depth - 1) end) do yield(value + 1) end
end
local sum = 0
for value in coroutine.wrap(function() generate(8) end) do sum = sum + value end
assert(sum == 256 * 9)
for round = 1, 300 do
  local co = coroutine.create(function(x)
    for i = 1, 5 do x = x + yield(x) end
    local ok, message = pcall(function() yield(x) error("inner", 0) end)
    assert(not ok and message == "inner")
    error({ x })
  end)
  local x = 0
  for i = 1, 6 do
    local ok, value = coroutine.resume(co, i)
    assert(ok)
    x = x + i
    assert(value == x)
  end
  local ok, e = coroutine.resume(co)
  assert(not ok and e[1] == x and coroutine.status(co) == "dead")
end

-- Where no yield can be, and who is closed instead of resumed.
local ok, message = pcall(coroutine.wrap(function() table.sort({ 3, 2, 1 }, function(a, b) yield() return a < b end) end))
assert(not ok and message:find("attempt to yield across a C-call boundary", 1, true), message)
local closed = 0
for _ = 1, 3 do
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function() closed = closed + 1 end })
    while true do yield() end
  end)
  coroutine.resume(co)
  coroutine.resume(co)
  assert(coroutine.close(co) and coroutine.status(co) == "dead")
end
assert(closed == 3)
ok, message = coroutine.resume(coroutine.create(function() return coroutine.resume(coroutine.running()) end))
assert(ok and message == false)
