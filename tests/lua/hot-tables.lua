-- Functions that run long enough to be compiled: tables, objects and iterators.

-- Fields that move, go and come back, and a metatable that changes under a hot loop.
local function x_of(object) return object.x end
local function read(objects)
  local total = 0
  for i = 1, #objects do total = total + x_of(objects[i]) end
  return total
end
local objects = {}
for i = 1, 1000 do objects[i] = { x = i } end
assert(read(objects) == 500500)
for i = 1, 1000 do
  local object = objects[i]
  for j = 1, i % 20 do object["key" .. j] = j end
end
assert(read(objects) == 500500)
for i = 1, 1000 do objects[i].x = nil end
assert(not pcall(read, objects))
local default = { x = 1 }
for i = 1, 1000 do setmetatable(objects[i], { __index = default }) end
assert(read(objects) == 1000)
default.x = 2
assert(read(objects) == 2000)
for i = 1, 1000 do objects[i].x = 3 end
assert(read(objects) == 3000)
for i = 1, 1000 do
  objects[i].x = nil
  setmetatable(objects[i], { __index = function(_, key) return #key end })
end
assert(read(objects) == 1000)

-- Methods: of the class, of its class, overridden later, and of strings.
local Base = {}
Base.__index = Base
function Base.new(value) return setmetatable({ value = value }, Base) end
function Base:get() return self.value end
function Base:add(by)
  self.value = self.value + by
  return self
end
local Derived = setmetatable({}, { __index = Base })
Derived.__index = Derived
function Derived:get() return self.value * 10 end
local function work(object, count)
  for i = 1, count do object:add(i):add(-1) end
  return object:get()
end
for _ = 1, 20 do
  assert(work(Base.new(1), 100) == 1 + 5050 - 100)
  assert(work(setmetatable({ value = 1 }, Derived), 100) == 10 * (1 + 5050 - 100))
end
function Base:get() return -self.value end
assert(work(Base.new(1), 100) == -(1 + 5050 - 100))
Derived.get = nil
assert(work(setmetatable({ value = 1 }, Derived), 100) == -(1 + 5050 - 100))
local function letters(text)
  local total = 0
  for i = 1, #text do total = total + text:byte(i) + #text:sub(i, i):upper() end
  return total
end
for _ = 1, 20 do assert(letters(("ab"):rep(100)) == 200 + 100 * (97 + 98)) end

-- Freed tables, metatables and functions leave their addresses to others: nothing of them is believed.
for round = 1, 60 do
  local class = { __index = { ["name" .. round % 7] = round, value = round } }
  local get = load("local o = ... local t = 0 for i = 1, 300 do t = t + o.value + (o.name" .. round % 7 .. " or 0) end return t")
  assert(get(setmetatable({}, class)) == 600 * round)
  class.__index.value = nil
  class.__index["other" .. round] = 1
  class.__index.value = 1
  assert(get(setmetatable({}, class)) == 300 * (round + 1))
  class, get = nil, nil
  if round % 3 == 0 then collectgarbage() end
end

-- Lists: at their ends, with holes, with other keys than integers.
local function fill(list, count)
  for i = 1, count do list[i] = i * 2 end
  for i = count, 1, -2 do list[i] = nil end
  local total = 0
  for i = -1, count + 1 do total = total + (list[i] or 0) end
  return total, #list >= 0
end
for count = 1, 200 do
  local expected = 0
  for i = count - 1, 1, -2 do expected = expected + i * 2 end
  assert(fill({}, count) == expected)
end
local function keys(list, ...)
  local total = 0
  for i = 1, select("#", ...) do
    local key = (select(i, ...))
    list[key] = (list[key] or 0) + 1
    total = total + list[key]
  end
  return total
end
local list = {}
local long = ("k"):rep(100)
for i = 1, 300 do assert(keys(list, 1, 1.0, "1", 1.5, true, "text", long, 2^53, math.mininteger) == i * 11 - 1) end
assert(not pcall(keys, {}, nil) and not pcall(keys, {}, 0 / 0))
local logged = setmetatable({}, {
  __newindex = function(of, key, value) rawset(of, key, value and value + 1) end,
})
for i = 1, 1000 do
  logged[i] = i
  assert(logged[i] == i + 1)
end

-- Iterators: those that compiled code knows, and any.
local function sums(of)
  local all, ordered, own = 0, 0, 0
  for _, value in pairs(of) do all = all + value end
  for _, value in ipairs(of) do ordered = ordered + value end
  for value in coroutine.wrap(function()
    for i = 1, #of do coroutine.yield(of[i]) end
  end) do own = own + value end
  return all, ordered, own
end
for _ = 1, 300 do
  local all, ordered, own = sums({ 1, 2, 3, 4, x = 10, y = 20 })
  assert(all == 40 and ordered == 10 and own == 10)
end
local proxy = setmetatable({}, {
  __index = function(_, i) return i <= 5 and i * i or nil end,
  __pairs = function() return function(_, i) if (i or 0) < 5 then return (i or 0) + 1, 1 end end, nil, nil end,
})
for _ = 1, 300 do
  local total, count = 0, 0
  for _, value in ipairs(proxy) do total = total + value end
  for _, one in pairs(proxy) do count = count + one end
  assert(total == 55 and count == 5)
end
local function removing(of)
  local count = 0
  for key in pairs(of) do
    of[key] = nil
    count = count + 1
  end
  return count, next(of)
end
for _ = 1, 300 do
  local count, left = removing({ 1, 2, 3, a = 1, b = 2 })
  assert(count == 5 and left == nil)
end
local function bad(of) for key in pairs(of) do of[key .. "x"] = 1; of[key] = nil end end
for _ = 1, 50 do pcall(bad, { a = 1, b = 2, c = 3 }) end

-- Globals, which anybody may change.
counter = 0
local function count_up(times)
  for _ = 1, times do counter = counter + 1 end
  return counter
end
assert(count_up(1000) == 1000)
counter = 0.5
assert(count_up(1000) == 1000.5)
setmetatable(_G, { __index = function(_, name) return name == "given" and 4 or nil end })
local function use_given(times)
  local total = 0
  for _ = 1, times do total = total + given end
  return total
end
assert(use_given(1000) == 4000)
given = 5
assert(use_given(1000) == 5000)
setmetatable(_G, nil)
counter, given = nil, nil
