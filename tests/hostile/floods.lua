--- tries to print without end
--- expects limit outputBytes
--- limits {"outputBytes": 100000}
while true do print("flood") end

--- tries to print without end in pcall
--- expects limit outputBytes
--- limits {"outputBytes": 100000}
while true do pcall(print, ("flood"):rep(1000)) end

--- tries to print without end from coroutines
--- expects limit outputBytes
--- limits {"outputBytes": 100000}
while true do coroutine.wrap(function() io.write("flood") end)() end

--- tries one enormous line
--- expects limit outputBytes
--- limits {"outputBytes": 100000}
print(("x"):rep(1 << 24))

--- tries to print nothing, for ever
--- expects limit
--- limits {"timeoutMs": 300}
while true do io.write("") end

--- tries empty lines
--- expects limit outputBytes
--- limits {"outputBytes": 1000}
while true do print() end

--- tries print with a __name that floods
--- expects limit outputBytes
--- limits {"outputBytes": 100000}
local t = setmetatable({}, { __name = ("n"):rep(1 << 20) })
while true do print(t) end

--- tries no output at all
--- expects limit outputBytes
--- limits {"outputBytes": 0}
print("x")

--- tries a string of two gigabytes
--- expects limit memoryBytes
return string.rep("x", (1 << 31) - 1)

--- tries a string that is longer than any
--- expects error too large
return string.rep("x", math.maxinteger)

--- tries a string that is longer than any by its separator
--- expects error too large
return string.rep("", math.maxinteger, "sep")

--- tries to repeat nothing without end
--- expects returns [0, 0]
return #string.rep("", 1 << 40), #string.rep("", math.maxinteger, "")

--- tries to double a string
--- expects limit memoryBytes
local s = "x"
while true do s = s .. s end

--- tries to fill a table
--- expects limit memoryBytes
--- limits {"memoryBytes": 8388608}
local t = {}
for i = 1, math.huge do t[i] = i end

--- tries a table with room for billions
--- expects error too many results
local t = {}
for i = 0, 62 do t[1 << i] = i end
return table.pack(table.unpack(t, 1, 1000000))

--- tries closures
--- expects limit memoryBytes
--- limits {"memoryBytes": 8388608}
local t = {}
while true do t[#t + 1] = function() return t end end

--- tries to catch the memory's end
--- expects limit memoryBytes
--- limits {"memoryBytes": 8388608}
while true do pcall(function() local t = {} while true do t[#t + 1] = {} end end) end

--- tries to catch the memory's end in a coroutine
--- expects limit memoryBytes
--- limits {"memoryBytes": 8388608}
while true do coroutine.resume(coroutine.create(function() local s = "x" while true do s = s .. s end end)) end

--- tries to unpack more than the stack takes
--- expects error too many results
return table.unpack({}, 1, 10000000)

--- tries to format a number of thousands of digits
--- expects error invalid conversion
return string.format("%1000d", 1)

--- tries to format what is no format
--- expects error invalid conversion
return string.format("%y", 1)

--- tries to write memory by a format
--- expects error invalid conversion
return string.format("%n", 1)

--- tries to format with too few arguments
--- expects error bad argument
return string.format("%s %s %s", 1)

--- tries to see addresses
--- expects returns [true]
local a = string.format("%p", {})
return type(a) == "string"

--- tries to pack gigabytes
--- expects returns [false]
return (pcall(string.pack, "!16 i16 i16" .. ("i16"):rep(100) , 1))

--- tries to pack with sizes that overflow
--- expects returns [false, false, false]
return (pcall(string.packsize, ("c" .. (1 << 30)):rep(10))), (pcall(string.pack, "i17", 1)), (pcall(string.unpack, "c9999999999", "x"))

--- tries to unpack beyond the end
--- expects returns [false, false]
return (pcall(string.unpack, "s8", "\xff\xff\xff\xff\xff\xff\xff\x7f")), (pcall(string.unpack, "z", "no end", 100))

--- tries a pattern that never ends
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
return string.find(("a"):rep(30000), ".-.-.-.-b$")

--- tries a pattern that recurses
--- expects error pattern too complex
return string.find(("x"):rep(300000), ("x?"):rep(300000))

--- tries a pattern of classes without end
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
return string.find(("a"):rep(20000), ("[^b]*"):rep(6) .. "b")

--- tries balanced matches in a square
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
return string.gsub(("("):rep(1000000), "%b()", "")

--- tries a gsub that doubles
--- expects limit
--- limits {"timeoutMs": 3000}
local s = "x"
while true do s = s:gsub(".", "%0%0") end

--- tries a gsub with a replacement of captures that are not there
--- expects error invalid capture
return ("x"):gsub(".", "%9")

--- tries a malformed pattern
--- expects error malformed pattern
return ("x"):find("[a")

--- tries a frontier that is cut
--- expects error missing '['
return ("x"):find("%f")

--- tries a pattern with a NUL
--- expects returns [1]
return (("\0"):find("%z"))

--- tries to search a long string for a long string
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
return string.find(("a"):rep(300000), ("a"):rep(150000) .. "b", 1, true)

--- tries utf8 of code points that are none
--- expects returns [false, false]
return (pcall(utf8.char, -1)), (pcall(utf8.char, 1 << 32))

--- tries utf8 positions that are none
--- expects returns [false, false]
return (pcall(utf8.codepoint, "x", 1, 1 << 40)), (pcall(utf8.offset, "x", 1, 1 << 40))

--- tries table.move over everything
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
table.move({}, 1, math.maxinteger - 1, 2)

--- tries table.move that wraps around
--- expects error wrap around
table.move({}, 1, 2, math.maxinteger)

--- tries a comparator without order
--- expects returns [true]
local t = {}
for i = 1, 1000 do t[i] = i end
pcall(table.sort, t, function() return true end)
return #t == 1000

--- tries a comparator that changes the table
--- expects returns [true]
local t = {}
for i = 1, 1000 do t[i] = 1000 - i end
pcall(table.sort, t, function(a, b) t[#t] = nil collectgarbage("step") return a < b end)
return true

--- tries to change a table while it is traversed
--- expects returns [true]
local t = {}
for i = 1, 100 do t[i] = i end
pcall(function() for k in pairs(t) do t[k] = nil t[k + 1000] = k end end)
return true

--- tries next with a key that is not there
--- expects returns [false]
return (pcall(next, {}, "nothing"))

--- tries NaN and nil as keys
--- expects returns [false, false]
return (pcall(rawset, {}, 0 / 0, 1)), (pcall(rawset, {}, nil, 1))

--- tries to compute longer than it may
--- expects limit cpuMs
--- limits {"cpuMs": 100}
while true do end

--- tries to compute in small pieces
--- expects limit
--- limits {"cpuMs": 100, "timeoutMs": 3000}
while true do for _ = 1, 100000 do end sleep(0) end

--- tries integers at their edges
--- expects returns [true, false, false]
return math.mininteger // -1 == math.mininteger, (pcall(function() return 1 // 0 end)), (pcall(function() return 1 % 0 end))

--- tries loops that overflow
--- expects returns [2]
local n = 0
for i = math.maxinteger - 1, math.maxinteger do n = n + 1 end
return n

--- tries a step of zero
--- expects error 'for' step is zero
for i = 1, 2, 0 do end

--- tries random over everything, and over nothing
--- expects returns [true, false]
return math.type(math.random(math.mininteger, math.maxinteger)) == "integer", (pcall(math.random, 2, 1))

--- tries to make strings of one hash, having read the seed off the order of a table
--- expects limit timeoutMs
--- limits {"timeoutMs": 3000}
-- 1. learn the seed of string hashes from the order of pairs
local K = 16
local SIZE = 1 << K
local M = (SIZE - 1) * (1 << 20)            -- no array index, 0 mod (SIZE-1)
local function position(s)                    -- low K bits of s's hash
  for odd = 0, 1 do
    local t = {}
    for i = odd, SIZE - 2, 2 do t[M + i] = i end   -- SIZE/2 keys at known nodes (or one fewer)
    local n = 0 for _ in next, t do n = n + 1 end
    local extra = 1 - odd
    while n < SIZE // 2 + 1 do t[M + extra] = extra n = n + 1 extra = extra + 2 end
    t[s] = true
    local before, last, after
    local seen
    for k, v in next, t do
      if k == s then before = last seen = true elseif seen and not after then after = v end
      last = (k == s) and last or v
    end
    if after and before and after - before == 2 then return before + 1 end
  end
end
local mask = 0xffffffff
local function hash(seed, s)
  local h = (seed ~ #s) & mask
  for l = #s, 1, -1 do h = h ~ (((h << 5) + (h >> 2) + s:byte(l)) & mask) end
  return h
end
local low = position("")
local pa, pb = position("abcdefghijkl"), position("zqzqzqzqzqzqzqzq")
local function spin() while true do end end
if not (low and pa and pb) then spin() end
local seed
for high = 0, 0xffff do
  local c = high << 16 | low
  if hash(c, "abcdefghijkl") & 0xffff == pa and hash(c, "zqzqzqzqzqzqzqzq") & 0xffff == pb then seed = seed and 'several' or c end
end
-- 2. strings that all lie in one chain
local LEN = 39
if math.type(seed) ~= 'integer' then spin() end
local h = (seed ~ LEN) & mask
local char = string.char
local blocks = {}                              -- blocks[1] is the end of the string
for b = 1, 12 do
  local seen, found = {}, nil
  for c1 = 40, 99 do
    local h1 = h ~ (((h << 5) + (h >> 2) + c1) & mask)
    for c2 = 40, 99 do
      local h2 = h1 ~ (((h1 << 5) + (h1 >> 2) + c2) & mask)
      for c3 = 40, 99 do
        local h3 = h2 ~ (((h2 << 5) + (h2 >> 2) + c3) & mask)
        local s = seen[h3]
        if s then found = { char(c3, c2, c1), char(s & 255, s >> 8 & 255, s >> 16), h3 } break end
        seen[h3] = c1 << 16 | c2 << 8 | c3
      end
      if found then break end
    end
    if found then break end
  end
  if not found then spin() end
  blocks[b] = found h = found[3]
end
local starts = {}
local want
for c1 = 1, 255 do
  local h1 = h ~ (((h << 5) + (h >> 2) + c1) & mask)
  for c2 = 1, 127 do
    local h2 = h1 ~ (((h1 << 5) + (h1 >> 2) + c2) & mask)
    for c3 = 1, 127 do
      local h3 = (h2 ~ ((h2 << 5) + (h2 >> 2) + c3)) & 0x1ffff
      want = want or h3
      if h3 == want then starts[#starts + 1] = char(c3, c2, c1) end
    end
  end
end
local function product(list, from, to)          -- list of strings before block `from`..`to`
  for b = to, from, -1 do
    local more = {}
    for i = 1, #list do more[#more + 1] = list[i] .. blocks[b][1] more[#more + 1] = list[i] .. blocks[b][2] end
    list = more
  end
  return list
end
local left, right = product(starts, 7, 12), product({ '' }, 1, 6)
assert(hash(seed, left[1] .. right[1]) & 0x1ffff == hash(seed, left[#left] .. right[#right]) & 0x1ffff)
-- 3. the flood
local keep, n = {}, 0
for i = 1, #left do
  for j = 1, #right do n = n + 1 keep[n] = left[i] .. right[j] if n == 90000 then break end end
  if n == 90000 then break end
end
spin()
