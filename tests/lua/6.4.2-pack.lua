-- Lua 5.4 reference manual, §6.4.2: format strings for pack, packsize, unpack.

local pack, unpack, size = string.pack, string.unpack, string.packsize
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local function is(expected, ...) local text = hex(pack(...)) assert(text == expected, text .. " instead of " .. expected) end

-- Integers, of 1 to 16 bytes, in both orders.
is("01", "b", 1) is("ff", "b", -1) is("ff", "B", 255) is("0100", "<h", 1) is("0001", ">h", 1) is("feff", "<h", -2) is("ffff", "H", 65535)
is("01000000", "<i4", 1) is("00000001", ">i4", 1) is("010203", ">I3", 0x010203) is("030201", "<I3", 0x010203) is("ffffffffffffff7f", "<j", math.maxinteger) is("8000000000000000", ">j", math.mininteger)
is("ffffffffffffffff", "J", -1) is("ffffffffffffffffffffffffffffffff", "<i16", -1) is("ffffffffffffffff0000000000000000", "<I16", -1) is("00000000000000000000000000000005", ">i16", 5) is("78563412", "<I4", 0x12345678)
is("0102", ">BB", 1, 2) is("01020304", ">I1I1 I2", 1, 2, 0x0304) is("0100ff", "<i2>i1", 1, -1) is("00010100", ">i2<i2", 1, 1)
is("05", "b", 5.0) is("05", "b", "5") is("7f80", "bb", 127, -128)
fails("integer overflow", pack, "b", 128)
fails("integer overflow", pack, "b", -129)
fails("unsigned overflow", pack, "B", 256)
fails("integer overflow", pack, "i7", 1 << 55)
fails("unsigned overflow", pack, "I7", 1 << 56)
fails("unsigned overflow", pack, "B", -1)
fails("no integer representation", pack, "i4", 1.5)
fails("number expected", pack, "i4")
fails("out of limits [1,16]", pack, "i0", 1)
fails("out of limits [1,16]", pack, "i17", 1)
fails("out of limits", unpack, "I17", ("x"):rep(20))
for n = 1, 16 do
  for _, order in ipairs { "<", ">" } do
    for _, v in ipairs { 0, 1, -1, 100, -100 } do
      local s = pack(order .. "i" .. n, v)
      assert(#s == n and unpack(order .. "i" .. n, s) == v, "i" .. n)
    end
  end
end
assert(unpack("<i16", pack("<i16", math.mininteger)) == math.mininteger and unpack(">I16", pack(">I16", math.maxinteger)) == math.maxinteger)
fails("does not fit into Lua Integer", unpack, "<I9", ("\0"):rep(8) .. "\1")
fails("does not fit into Lua Integer", unpack, "<i16", ("\0"):rep(8) .. ("\1"):rep(8))
assert(unpack("<I8", ("\xff"):rep(8)) == -1 and unpack("<i8", ("\xff"):rep(8)) == -1 and unpack("B", "\xff") == 255 and unpack("b", "\xff") == -1)

-- Floats.
is("0000803f", "<f", 1) is("3f800000", ">f", 1.0) is("000000000000f03f", "<d", 1) is("3ff8000000000000", ">d", 1.5) is("7ff0000000000000", ">n", math.huge) is("8000000000000000", ">d", -0.0)
for _, v in ipairs { 0.0, 1.5, -2.25, 1e30, math.huge, -math.huge } do assert(unpack("<f", pack("<f", v)) == (v == 1e30 and 1.0000000150474662e30 or v) and unpack(">d", pack(">d", v)) == v and unpack("n", pack("n", v)) == v) end
do local nan = unpack("d", pack("d", 0 / 0)) assert(nan ~= nan) end
assert(math.type((unpack("d", pack("d", 3)))) == "float" and unpack("<d", pack("<d", 0.1)) == 0.1 and unpack("<f", pack("<f", 0.1)) == 0.10000000149011612 and unpack("<f", pack("<f", 1e300)) == math.huge)
fails("number expected", pack, "d", "x")

-- Strings: s with a length, z with a zero, cn of a fixed size.
is("0300616263", "<s2", "abc") is("03616263", "s1", "abc") is("00", "s1", "") is("61626300", "z", "abc") is("00", "z", "") is("616263", "c3", "abc") is("6162630000", "c5", "abc") is("", "c0", "") is("03000000610062", "<s4", "a\0b")
assert(unpack("<s2", "\3\0abc") == "abc" and unpack("z", "abc\0def") == "abc" and unpack("c2", "abc") == "ab" and unpack("c0", "abc") == "" and select(2, unpack("z", "abc\0def")) == 5)
assert(#pack("s", "abc") == size("T") + 3 and unpack("s", pack("s", ("x"):rep(1000))) == ("x"):rep(1000))
fails("string length does not fit in given size", pack, "s1", ("x"):rep(256))
fails("string contains zeros", pack, "z", "a\0b")
fails("longer than", pack, "c2", "abc")
fails("missing size for format option 'c'", pack, "c", "abc")
fails("unfinished string for format 'z'", unpack, "z", "abc")
fails("data string too short", unpack, "s1", "\5abc")
fails("data string too short", unpack, "c4", "abc")
fails("data string too short", unpack, "i4", "abc")

-- Alignment.
is("0100000002000000", "<!4 b i4", 1, 2) is("010002000000", "<!2 b i4", 1, 2) is("0102000000", "<b i4", 1, 2) is("0100000000000000" .. "0200000000000000", "<!8 b j", 1, 2) is("01000000", "<!4 b Xi4", 1) is("0100", "bx", 1) is("000001", "xxb", 1) is("01000002", "<!4 b xx b", 1, 2)
is("01000200", "<!2 b h", 1, 2) is("01000000030000000200", "<!4 b i4 h", 1, 3, 2) is("0100000000000000", "<! b Xd", 1)
assert(unpack("<!4 b i4", "\1\0\0\0\2\0\0\0") == 1 and select(2, unpack("<!4 b i4", "\1\0\0\0\2\0\0\0")) == 2 and select(3, unpack("<!4 b i4", "\1\0\0\0\2\0\0\0")) == 9)
fails("not power of 2", pack, "!4 i3", 1)
fails("invalid next option for option 'X'", pack, "X")
fails("invalid next option", pack, "Xz")
fails("out of limits [1,16]", pack, "!17", 1)

-- Sizes, positions, several values.
assert(size("b") == 1 and size("h") == 2 and size("i") == 4 and size("i3") == 3 and size("j") == 8 and size("n") == 8 and size("f") == 4 and size("d") == 8 and size("c10") == 10 and size("") == 0 and size("<!4 b i4") == 8 and size("bxb") == 3)
fails("variable-length format", size, "s")
fails("variable-length format", size, "z")
do
  local s = pack("<i2 z d B", -5, "text", 2.5, 200)
  local a, b, c, d, next = unpack("<i2 z d B", s)
  assert(a == -5 and b == "text" and c == 2.5 and d == 200 and next == #s + 1)
  assert(unpack("B", s, -1) == 200 and unpack("<i2", s, 1) == -5 and select("#", unpack("", s)) == 1 and unpack("", s) == 1 and unpack("", "", 1) == 1)
  assert(unpack("z", s, 3) == "text")
end
fails("initial position out of string", unpack, "b", "abc", 5)
fails("data string too short", unpack, "b", "abc", 4)
assert(unpack("b", "abc", -3) == 97 and unpack("b", "abc", -100) == 97, "a position before the string is its begin")
fails("invalid format option 'y'", pack, "y")
fails("invalid format option", size, "i4 é")
is("01", " b ", 1)
is("0001", "=>h", 1)
