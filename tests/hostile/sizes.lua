--- tries positions that are a byte's in their lower half
--- expects returns ["", "", "none", "none", "none", "none", false]
local far = 1 << 32
local function none(...) return select("#", ...) == 0 and "none" or ... == nil and "none" or ... end
return ("abc"):sub(far + 1), ("abc"):sub(far + 1, far + 2), none(("abc"):byte(far + 1)), none(("abc"):find("b", far + 1)),
  none(("abc"):match("b", far + 1)), none(("abc"):gmatch("b", far + 1)()), (pcall(string.unpack, "b", "abc", far + 1))

--- tries positions from the end that are none in their lower half
--- expects returns ["abc", "", 2, 2, 0]
local far = 1 << 32
return ("abc"):sub(-far - 1), ("abc"):sub(1, -far - 1), ("abc"):find("b", -far - 1), (("abc"):find("b", math.mininteger)),
  select("#", ("abc"):byte(-far - 3, -far - 1))

--- tries a length that is short in its lower half
--- expects error data string too short
return string.unpack("<s8", string.pack("<I8", (1 << 32) + 1) .. "abc")

--- tries lengths of all sizes without their text
--- expects returns [0]
local fits = 0
for size = 1, 8 do
  local most = ("\xff"):rep(size)
  if pcall(string.unpack, "<s" .. size, most .. "abc") or pcall(string.unpack, ">s" .. size, most .. "abc") then fits = fits + 1 end
end
return fits

--- tries texts that lie at the end of what is packed
--- expects returns [false, false, false]
return (pcall(string.unpack, "z", "abc", 4)), (pcall(string.unpack, "!16 s1 i16", "\1a" .. ("\0"):rep(10))), (pcall(string.unpack, "c4", "abc"))

--- tries positions of utf8 that are some in their lower half
--- expects returns [false, false, false, false, false, false]
local far = 1 << 32
return (pcall(utf8.len, "abc", far + 1)), (pcall(utf8.len, "abc", 1, far + 1)), (pcall(utf8.codepoint, "abc", far + 1)),
  (pcall(utf8.offset, "abc", 1, far + 1)), (pcall(utf8.offset, "abc", 1, math.mininteger)), (pcall(utf8.codepoint, "abc", 1, math.maxinteger))

--- tries characters of utf8 of every length, and a rest that never ends
--- expects returns [6, false, false]
return #utf8.char(0x7fffffff), (pcall(utf8.char, 0x80000000)), (pcall(utf8.codepoint, "\xfd" .. ("\xbf"):rep(1000000)))

--- tries a repetition whose length wraps around
--- expects error too large
return ("x"):rep(1000000):rep(2148)

--- tries a repetition of two gigabytes
--- expects limit memoryBytes
return ("x"):rep(1000000):rep(2147)

--- tries a separator whose length wraps around
--- expects error too large
return ("x"):rep((1 << 32) // 3 + 1, "yy")

--- tries repetitions at every edge of 32 bits
--- expects limit memoryBytes
local long = ("x"):rep(65537)
for _, n in ipairs { 1 << 16, (1 << 16) - 1, (1 << 15) + 1, 1 << 15, (1 << 15) - 1 } do pcall(string.rep, long, n, long) end
return ("x"):rep((1 << 31) - 1)

--- tries to join what wraps around
--- expects limit memoryBytes
local t, s = {}, ("x"):rep(1 << 20)
for i = 1, 4097 do t[i] = s end
return table.concat(t)

--- tries a separator that wraps around in table.concat
--- expects limit memoryBytes
local t = {}
for i = 1, 4097 do t[i] = "" end
return table.concat(t, ("x"):rep(1 << 20))

--- tries to join, by `..`, what wraps around
--- expects limit memoryBytes
local s = ("x"):rep(1 << 24)
local function all(n) if n == 0 then return "" end return s .. all(n - 1) end
local f = load("local s = ... return " .. ("s .. "):rep(100) .. "s")
return f(s .. s)

--- tries formats whose widths wrap around
--- expects returns [false, false, false, false, 99, 101, true]
return (pcall(string.format, "%4294967297d", 1)), (pcall(string.format, "%.4294967297f", 1)), (pcall(string.format, "%-+ #0100d", 1)),
  (pcall(string.format, "%1.100s", "x")), #string.format("%99d", 1), #string.format("%.99f", 1), #string.format("%99.99f", -1e308) > 400

--- tries a format with results that wrap around
--- expects limit memoryBytes
return (("%s"):rep(200)):format(table.unpack((function() local t, s = {}, ("x"):rep(1 << 24) for i = 1, 200 do t[i] = s end return t end)()))

--- tries packed sizes that wrap around
--- expects returns [false, false, false, false, false]
return (pcall(string.packsize, "c4294967297")), (pcall(string.pack, "!4294967297")), (pcall(string.packsize, "i4294967297")),
  (pcall(string.packsize, ("c2147483647"):rep(2))), (pcall(string.packsize, "c2147483647!16Xi16"))

--- tries ranges at the edges of integers
--- expects returns [false, false, 1, 2, 0]
local low, high = math.mininteger, math.maxinteger
return (pcall(table.unpack, {}, low, high)), (pcall(table.unpack, {}, high - 0x7fffffff, high)),
  select("#", table.unpack({}, high, high)), select("#", table.unpack({}, low, low + 1)), select("#", table.unpack({}, high, low))

--- tries to join at the edges of integers
--- expects returns ["xy", "x", ""]
local low, high = math.mininteger, math.maxinteger
return table.concat({ [high - 1] = "x", [high] = "y" }, "", high - 1, high), table.concat({ [low] = "x" }, ",", low, low), table.concat({}, ",", high, low)

--- tries to move at the edges of integers
--- expects returns [false, false, false, 7]
local low, high = math.mininteger, math.maxinteger
return (pcall(table.move, {}, low, high, 1)), (pcall(table.move, {}, low, 0, 2)), (pcall(table.move, {}, 1, 3, high - 1)),
  table.move({ [high] = 7 }, high, high, low)[low]

--- tries to insert and to remove past the edge of integers
--- expects returns [true, false, false, 8]
local high = math.maxinteger
local function long(n) return setmetatable({}, { __len = function() return n end }) end
local removed = long(high) removed[high] = 8
return (pcall(table.insert, long(high), 1, 1)), (pcall(table.insert, { 1 }, (1 << 32) + 1, 2)), (pcall(table.remove, { 1 }, (1 << 32) + 1)), table.remove(removed)

--- tries to sort what says that it is longer than any
--- expects returns [false, false]
local function long(n) return setmetatable({}, { __len = function() return n end }) end
return (pcall(table.sort, long(math.maxinteger))), (pcall(table.sort, long(1 << 31)))

--- tries tables with keys at every power of two
--- expects returns [127]
local t, n = {}, 0
for i = 0, 62 do t[1 << i] = i t[-(1 << i)] = i end
t[math.mininteger] = 1
for _ in pairs(t) do n = n + 1 end
return n

--- tries a border at the edge of integers
--- expects returns [true]
local t = {}
for i = 0, 62 do t[1 << i] = true t[(1 << i) - 1 | 1] = true end
t[math.maxinteger] = true
return #t >= 0

--- tries arguments whose number wraps around
--- expects returns [0, false, 2, false]
return select("#", select((1 << 32) + 1, 1, 2)), (pcall(select, -(1 << 32) - 1, 1, 2)), select("#", select(-2, 1, 2)), (pcall(select, math.mininteger, 1))

--- tries dates at the edges of integers
--- expects returns [false, false, false, false]
return (pcall(os.time, { year = 1 << 33, month = 1, day = 1 })), (pcall(os.time, { year = 2020, month = math.maxinteger, day = 1 })),
  (pcall(os.date, "%Y", math.maxinteger)), (pcall(os.time, { year = 2020, month = 1, day = math.mininteger }))

--- tries the collector's options at the edges of integers
--- expects returns [true]
for _, n in ipairs { math.mininteger, -(1 << 31), -1, 0, (1 << 31) - 1, 1 << 31, 1 << 32, math.maxinteger } do
  collectgarbage("incremental", n, n, n)
  local _ = { {} }
  collectgarbage("step", n)
  collectgarbage("generational", n, n)
  for i = 1, 1000 do _ = { i } end
  collectgarbage("incremental", 200, 100, 13)
end
return collectgarbage("count") < 8000

--- tries numerals that are longer than numbers
--- expects returns [true, true, -1, true, false]
return tonumber(("9"):rep(400)) == math.huge, tonumber("1e" .. ("9"):rep(400)) == math.huge, tonumber("0x" .. ("f"):rep(400)),
  tonumber("0x." .. ("0"):rep(100) .. "1p-99999999999") == 0, (pcall(tonumber, "10", (1 << 32) + 10))

--- tries times to wait and to live at the edges of numbers
--- expects returns [true]
for _, n in ipairs { -1, 0 / 0, -1 / 0, -0.0, math.mininteger, -(2 ^ 63), "1", {} } do
  pcall(sleep, n)
  pcall(State.wait, "temp.k", n)
  pcall(State.set, "temp.k", 1, { ttl = n })
end
for _, n in ipairs { 1 / 0, math.maxinteger, 2 ^ 63, 2 ^ 53, 1 << 32 } do pcall(State.set, "temp.k", 1, { ttl = n }) end
return true

--- tries to read more than there is memory
--- expects returns [true]
for _, n in ipairs { 1 << 31, 1 << 32, math.maxinteger, -1, math.mininteger } do pcall(io.read, n) end
return true

--- tries quotas and times of namespaces at the edges of integers
--- expects returns [true]
for _, n in ipairs { math.maxinteger, math.mininteger, 1 << 32, (1 << 53) + 1, -1, 1 / 0, 0 / 0 } do
  pcall(State.register, { ["my.notes"] = { read = true, write = true, quota = n } })
  pcall(State.set, "my.notes.k", "x")
  pcall(State.register, { ["my.notes"] = { read = true, write = true, ttl = n } })
  pcall(State.set, "my.notes.k", "x")
end
return true
