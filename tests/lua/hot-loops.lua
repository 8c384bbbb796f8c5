-- Functions that run long enough to be compiled: loops, numbers and variables.

-- Every way to begin and end a loop of numbers.
local function count_of(from, to, step)
  local count, total = 0, 0
  for i = from, to, step do
    count, total = count + 1, total + i
    if count > 100 then break end
  end
  return count .. ":" .. total
end
for _ = 1, 200 do
  assert(count_of(1, 10, 1) == "10:55" and count_of(10, 1, -1) == "10:55" and count_of(1, 10, 3) == "4:22")
  assert(count_of(10, 1, 1) == "0:0" and count_of(1.0, 3.0, 0.5) == "5:10.0" and count_of(1, 3.5, 1) == "3:6")
  assert(count_of(math.maxinteger - 2, math.maxinteger, 1) == "3:9223372036854775802")
  assert(count_of(math.mininteger, math.mininteger + 2, 1) == "3:-9223372036854775805")
  assert(count_of(1, math.huge, 1) == "101:5151" and count_of(1, -math.huge, -1) == "101:-4949")
  assert(count_of(3, 1.5, -1) == "2:5" and count_of(1, 2, math.maxinteger) == "1:1")
end
local ok, message = pcall(count_of, 1, 10, 0)
assert(not ok and message:find("'for' step is zero", 1, true))
ok, message = pcall(count_of, 1, {}, 1)
assert(not ok and message:find("'for' limit", 1, true), message)
-- A step that is one of two constants.
local function either(flag)
  local total = 0
  for i = 1, 10, flag and 1 or 2 do total = total + i end
  return total
end
for i = 1, 1000 do assert(either(i % 2 == 0) == (i % 2 == 0 and 55 or 25)) end

-- Integers wrap around, floats do not; both change into each other where Lua says so.
local function arithmetic(a, b) return a + b, a - b, a * b, a / b, a % b, a // b, -a, a < b, a <= b, a == b end
local values = { 1, 2.5, -3, 7, -7.25, 1e300, math.maxinteger, math.mininteger, 0.0, -0.0 }
local expected = {}
for round = 1, 100 do
  for i, a in ipairs(values) do
    for j, b in ipairs(values) do
      if not (math.type(a) == "integer" and b == 0 and math.type(b) == "integer") then
        local results = table.pack(pcall(arithmetic, a, b))
        for n = 1, results.n do results[n] = tostring(results[n]):gsub("^-nan", "nan") end
        local text = table.concat(results, " ")
        local place = i * 100 + j
        expected[place] = expected[place] or text
        assert(expected[place] == text, text)
      end
    end
  end
end
assert(expected[701] == "true -9223372036854775808 9223372036854775806 9223372036854775807 9.2233720368548e+18 0 9223372036854775807 -9223372036854775807 false false false", expected[701])
local function divide(a, b) return a // b, a % b end
for _ = 1, 500 do
  local quotient, rest = divide(-7, 2)
  assert(quotient == -4 and rest == 1)
  quotient, rest = divide(7, -2)
  assert(quotient == -4 and rest == -1)
  quotient, rest = divide(math.mininteger, -1)
  assert(quotient == math.mininteger and rest == 0)
end
ok, message = pcall(divide, 1, 0)
assert(not ok and message:find("attempt to perform 'n//0'", 1, true) or message:find("attempt to divide by zero", 1, true), message)
local function modulo(a) return a % 8, a % 7, a // 8, a // 7, a % 2.5 end
for i = -500, 500 do
  local by8, by7, q8, q7, float = modulo(i)
  assert(by8 == i - 8 * math.floor(i / 8) and by7 == i - 7 * math.floor(i / 7))
  assert(q8 == math.floor(i / 8) and q7 == math.floor(i / 7) and float == i - 2.5 * math.floor(i / 2.5))
end

-- Bits, and shifts by anything.
local function shifts(x, by) return x << by, x >> by, x & by, x | by, x ~ by, ~x end
for _ = 1, 100 do
  for _, by in ipairs({ 0, 1, 5, 63, 64, 65, -1, -63, -64, -65, 3.0 }) do
    local left, right, both, any, one, none = shifts(0x123456789, by)
    local back = -by
    assert(left == 0x123456789 >> back and right == 0x123456789 << back)
    assert((both | any) == any and one == any - both and none == -0x123456789 - 1)
  end
end
ok, message = pcall(shifts, 1, 2.5)
assert(not ok and message:find("has no integer representation", 1, true))
ok, message = pcall(shifts, 1, "2")
assert(not ok and message:find("attempt to perform bitwise operation on a string value", 1, true))

-- Types that change in the middle of a loop.
local function changing(count)
  local x, text = 0, ""
  for i = 1, count do
    if i == count // 2 then x = x + 0.5 end
    x = x + 1
    if i % 1000 == 0 then text = text .. math.type(x):sub(1, 1) end
  end
  return x, text
end
for _ = 1, 5 do
  local x, text = changing(4000)
  assert(x == 4000.5 and text == "ifff", text)
end
local function mixed(items)
  local total = 0
  for _, item in ipairs(items) do
    if type(item) == "string" then total = total + #item
    elseif item == nil or item == false then total = total - 1
    elseif type(item) == "table" then total = total + #item
    else total = total + item end
  end
  return total
end
for _ = 1, 1000 do assert(mixed({ 1, "four", 2.5, false, { 1, 2 }, true and 3 }) == 1 + 4 + 2.5 - 1 + 2 + 3) end

-- Jumps of all kinds.
local function jumps(count)
  local i, total = 1, 0
  ::top::
  if i > count then goto done end
  if i % 2 == 0 then goto continue end
  total = total + i
  ::continue::
  i = i + 1
  goto top
  ::done::
  for a = 1, 10 do
    for b = 1, 10 do
      if b == a then goto next_one end
      total = total + 1
      if total % 97 == 0 then break end
      ::next_one::
    end
  end
  while true do
    total = total + 1
    if total % 10 == 0 then break end
  end
  repeat
    local rest = total % 7
    total = total + 1
  until rest == 3
  return total
end
local all = 0
for i = 1, 300 do all = all + jumps(i) end
assert(all == 2301484, all)

-- Captured variables: of each round its own, shared by all who have it.
local functions = {}
for i = 1, 500 do
  local j = i
  functions[i] = function()
    j = j + 1
    return j + i
  end
end
local result = 0
for _ = 1, 5 do
  for i = 1, 500 do result = result + functions[i]() end
end
assert(result == 1260000, result)
local function pair()
  local n, calls = 0, 0
  return function(by)
    n, calls = n + by, calls + 1
    return n
  end, function() return n, calls end
end
local add, get = pair()
for i = 1, 2000 do add(i) end
local n, calls = get()
assert(n == 2001000 and calls == 2000)

-- What the collector does meanwhile, in both modes; weak references end when they should.
local function keep(count)
  local last
  for i = 1, count do
    local item = { i, { i } }
    last = { last and last[1], item }
    if i % 100 == 0 then collectgarbage("step") end
    last[3] = "x" .. i
  end
  return last
end
for _, mode in ipairs({ "generational", "incremental" }) do
  collectgarbage(mode)
  for _ = 1, 20 do
    local last = keep(500)
    assert(last[2][2][1] == 500 and last[3] == "x500")
  end
end
collectgarbage("incremental")
local function weak(count)
  local table_of = setmetatable({}, { __mode = "v" })
  local object = {}
  table_of[1] = object
  for i = 1, count do object = i end
  collectgarbage()
  return table_of[1]
end
for _ = 1, 50 do assert(weak(1000) == nil) end

-- What a generic loop asks of 'next' fails as a call of it does.
local function from(key) for k in next, { x = 1 }, key do return k end end
local function cleared(count)
  local all = { a = 1, b = 2, c = 3 }
  for key in pairs(all) do
    all[key] = nil
    for i = 1, count do all[i + 0.5] = 1 end
  end
end
for _ = 1, 300 do
  assert(from() == "x" and from("x") == nil)
  local ok, message = pcall(from, "none")
  assert(not ok and message == "invalid key to 'next'", message)
  ok, message = pcall(cleared, 200)
  assert(not ok and message == "invalid key to 'next'", message)
  local _, trace = xpcall(from, debug.traceback, "none")
  assert(trace:find("[C]: in function 'next'", 1, true), trace)
end

-- Loops by goto, entered elsewhere than where they go back to, and entered in two places.
local function rotated(count)
  local x, y = 0, 0
  goto second
  ::first::
  x = x + 1
  ::second::
  y = y + 1
  if y < count then goto first end
  return x, y
end
local function two_entries(count, second)
  local x, y = 0, 0
  if second then goto second end
  ::first::
  x = x + 1
  ::second::
  y = y + 1
  if y < count then goto first end
  return x, y
end
for _ = 1, 50 do
  local x, y = rotated(100)
  assert(x == 99 and y == 100)
  x, y = two_entries(100, true)
  assert(x == 99 and y == 100)
  x, y = two_entries(100, false)
  assert(x == 100 and y == 100)
end

-- Functions that are large, and conditions that are long.
local function repeated(count, text, between)
  local parts = {}
  for i = 1, count do parts[i] = text:gsub("#", i) end
  return table.concat(parts, between)
end
local large = load("local t, a = ... " .. repeated(120, "local v# = a + #", " ") .. repeated(300, " t.x = t.y t.z = t.x", "")
  .. " return " .. repeated(120, "v#", " + "))
local long = load("local a = ... return " .. repeated(1500, "a ~= #", " and ") .. " and 'none' or 'one'")
for i = 1, 100 do
  assert(large({ x = 1, y = 2 }, i) == 120 * i + 120 * 121 // 2)
  assert(long(i) == "one" and long(-i) == "none")
end
