-- Lua 5.4 reference manual, §6.6: tables.

local max, min = math.maxinteger, math.mininteger
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end
local function list(t) local r = {} for i = 1, #t do r[i] = tostring(t[i]) end return table.concat(r, " ") end

-- concat.
assert(table.concat({}) == "" and table.concat({ "a" }) == "a" and table.concat({ 1, 2.5, "x" }) == "12.5x" and table.concat({ 1, 2, 3 }, ", ") == "1, 2, 3")
assert(table.concat({ 1, 2, 3 }, "-", 2) == "2-3" and table.concat({ 1, 2, 3 }, "-", 2, 2) == "2" and table.concat({ 1, 2, 3 }, "-", 3, 2) == "" and table.concat({}, "x", 1, 0) == "" and table.concat({ [max] = "m" }, ",", max, max) == "m" and table.concat({ "a", "b" }, 1) == "a1b")
fails("at index 1 in table for 'concat'", table.concat, { {} })
fails("at index 2 in table for 'concat'", table.concat, { 1, nil, 3 }, "", 1, 3)
fails("invalid value", table.concat, { true })
fails("table expected", table.concat, 1)
do
  local o = setmetatable({}, { __index = function(_, i) return "v" .. i end, __len = function() return 3 end })
  assert(table.concat(o, " ") == "v1 v2 v3", "metamethods")
  assert(#table.concat((function() local t = {} for i = 1, 10000 do t[i] = "ab" end return t end)()) == 20000)
end

-- insert and remove.
do
  local t = { 1, 2, 3 }
  table.insert(t, 4)
  table.insert(t, 1, 0)
  table.insert(t, #t + 1, 5)
  assert(list(t) == "0 1 2 3 4 5")
  assert(select("#", table.insert(t, 6)) == 0)
  assert(table.remove(t) == 6 and table.remove(t, 1) == 0 and table.remove(t, 2) == 2 and list(t) == "1 3 4 5")
  assert(table.remove(t, #t + 1) == nil and #t == 4)
  assert(table.remove({}) == nil and table.remove({}, 0) == nil and select("#", table.remove({})) == 1)
  local zero = { [0] = "z" }
  assert(table.remove(zero, 0) == "z" and zero[0] == nil)
  table.insert(t, 2, nil)
  assert(t[1] == 1 and t[2] == nil and t[3] == 3)
  fails("wrong number of arguments to 'insert'", table.insert, {})
  fails("wrong number of arguments to 'insert'", table.insert, {}, 1, 2, 3)
  fails("position out of bounds", table.insert, { 1, 2 }, 0, 1)
  fails("position out of bounds", table.insert, { 1, 2 }, 4, 1)
  fails("position out of bounds", table.remove, { 1, 2 }, 4)
  fails("position out of bounds", table.remove, { 1, 2 }, -1)
  fails("number expected", table.insert, {}, "x", 1)
  fails("table expected", table.insert, nil, 1)
  local log = {}
  local proxy = setmetatable({}, { __len = function() return 2 end, __index = function(_, i) log[#log + 1] = "get" .. i return i end, __newindex = function(_, i, v) log[#log + 1] = "set" .. i .. "=" .. tostring(v) end })
  table.insert(proxy, 1, "x")
  assert(table.concat(log, " ") == "get2 set3=2 get1 set2=1 set1=x", table.concat(log, " "))
end

-- move.
do
  local t = table.move({ 1, 2, 3 }, 1, 3, 2)
  assert(list(t) == "1 1 2 3", "overlapping, upwards")
  t = table.move({ 1, 2, 3 }, 2, 3, 1)
  assert(list(t) == "2 3 3", "overlapping, downwards")
  local target = {}
  assert(table.move({ 1, 2, 3 }, 1, 3, 1, target) == target and list(target) == "1 2 3")
  assert(list(table.move({ 1, 2 }, 1, 0, 5)) == "1 2", "nothing to move")
  assert(list(table.move({ 1, 2, 3 }, 1, 3, 3, { 9, 9 })) == "9 9 1 2 3")
  t = table.move({ [min] = "a", [min + 1] = "b" }, min, min + 1, 1, {})
  assert(list(t) == "a b")
  t = table.move({ "x" }, 1, 1, max)
  assert(t[max] == "x")
  fails("too many elements to move", table.move, {}, 0, max, 1)
  fails("too many elements to move", table.move, {}, -1, max, 2)
  fails("destination wrap around", table.move, {}, 1, 2, max)
  fails("table expected", table.move, {}, 1, 2, 3, 4)
  fails("number expected", table.move, {}, 1, 2)
  local log = {}
  local proxy = setmetatable({}, { __index = function(_, i) return "v" .. i end, __newindex = function(_, i, v) log[#log + 1] = i .. "=" .. v end })
  table.move(proxy, 1, 2, 2)
  assert(table.concat(log, " ") == "3=v2 2=v1", "metamethods")
end

-- pack and unpack.
do
  local t = table.pack()
  assert(t.n == 0 and #t == 0)
  t = table.pack(1, nil, 3, nil)
  assert(t.n == 4 and t[1] == 1 and t[2] == nil and t[3] == 3 and t[4] == nil)
  assert(select("#", table.unpack({})) == 0 and select("#", table.unpack({ 1, 2 })) == 2 and select("#", table.unpack({}, 1, 3)) == 3 and (table.unpack({ 1, 2, 3 }, 2)) == 2)
  assert(select("#", table.unpack({ 1, 2 }, 2, 1)) == 0 and (table.unpack({ 1, 2 }, -1)) == nil and select("#", table.unpack({ 1, 2 }, -1)) == 4)
  assert(table.unpack({ [max] = "m" }, max, max) == "m" and select("#", table.unpack({}, max - 1, max)) == 2 and select("#", table.unpack({}, max, min)) == 0 and select("#", table.unpack({}, min, min + 1)) == 2)
  assert(table.unpack("abc", 1, 0) == nil, "any value that can be indexed")
  assert(select("#", table.unpack({}, 1, 100000)) == 100000)
  fails("too many results to unpack", table.unpack, {}, 1, 1e7)
  fails("too many results to unpack", table.unpack, {}, min, max)
  fails("too many results to unpack", table.unpack, {}, 0, max)
  local o = setmetatable({}, { __len = function() return 2 end, __index = function(_, i) return i * 10 end })
  local a, b = table.unpack(o)
  assert(a == 10 and b == 20)
end

-- sort.
do
  local function sorted(t, less) table.sort(t, less) return list(t) end
  assert(sorted {} == "" and sorted { 1 } == "1" and sorted { 3, 1, 2 } == "1 2 3" and sorted { "b", "a", "B", "" } == " B a b" and sorted { 2, 1.5, 1, -0.5 } == "-0.5 1 1.5 2")
  assert(sorted({ 3, 1, 2 }, function(a, b) return a > b end) == "3 2 1")
  assert(select("#", table.sort { 2, 1 }) == 0)
  local seed, t = 42, {}
  for i = 1, 2000 do seed = (seed * 1103515245 + 12345) % 2147483648 t[i] = seed % 500 end
  table.sort(t)
  for i = 2, #t do assert(t[i - 1] <= t[i]) end
  table.sort(t, function(a, b) return a > b end)
  for i = 2, #t do assert(t[i - 1] >= t[i]) end
  table.sort(t)
  for i = 2, #t do assert(t[i - 1] <= t[i]) end
  local same = {}
  for i = 1, 1000 do same[i] = 7 end
  table.sort(same)
  assert(#same == 1000 and same[500] == 7)
  local calls = 0
  table.sort({ 5, 4, 3, 2, 1 }, function(a, b) calls = calls + 1 return a < b end)
  assert(calls > 0)
  local objects = {}
  for i = 1, 50 do objects[i] = setmetatable({ v = (i * 37) % 50 }, { __lt = function(a, b) return a.v < b.v end }) end
  table.sort(objects)
  for i = 2, 50 do assert(objects[i - 1].v <= objects[i].v, "by __lt") end
  fails("attempt to compare", table.sort, { 1, "x" })
  fails("attempt to compare", table.sort, { {}, {} })
  fails("attempt to compare two nil values", table.sort, setmetatable({}, { __len = function() return 2 end }))
  fails("array too big", table.sort, setmetatable({}, { __len = function() return max end }))
  fails("function expected", table.sort, { 1, 2 }, 5)
  fails("in the comparator", table.sort, { 1, 2 }, function() error("in the comparator") end)
  fails("invalid order function for sorting", table.sort, { 1, 2, 3, 4, 5 }, function() return true end)
  local proxied = {}
  local proxy = setmetatable({}, { __len = function() return 3 end, __index = function(_, i) return proxied[i] or 4 - i end, __newindex = function(_, i, v) proxied[i] = v end })
  table.sort(proxy)
  assert(proxy[1] == 1 and proxy[2] == 2 and proxy[3] == 3, "through metamethods")
  fails("object length is not an integer", table.sort, setmetatable({}, { __len = function() return "x" end }))
end
