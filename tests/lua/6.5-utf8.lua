-- Lua 5.4 reference manual, §6.5: UTF-8.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end
local function is(expected, ...)
  local r = table.pack(...)
  for i = 1, r.n do r[i] = tostring(r[i]) end
  local text = table.concat(r, " ")
  assert(text == expected, text .. " instead of " .. expected)
end
local s = "aé€😀" -- of 1, 2, 3 and 4 bytes
assert(#s == 10)

-- char.
assert(utf8.char() == "" and utf8.char(97, 233, 8364, 128512) == s and utf8.char(0) == "\0" and utf8.char(0x7FFFFFFF) == "\xFD\xBF\xBF\xBF\xBF\xBF" and utf8.char(0xD800) == "\xED\xA0\x80")
for _, edge in ipairs { { 0x7F, 1 }, { 0x80, 2 }, { 0x7FF, 2 }, { 0x800, 3 }, { 0xFFFF, 3 }, { 0x10000, 4 }, { 0x1FFFFF, 4 }, { 0x200000, 5 }, { 0x3FFFFFF, 5 }, { 0x4000000, 6 } } do
  local c = utf8.char(edge[1])
  assert(#c == edge[2] and utf8.codepoint(c, 1, 1, true) == edge[1] and utf8.len(c, 1, -1, true) == 1)
end
fails("value out of range", utf8.char, -1)
fails("value out of range", utf8.char, 0x80000000)
fails("number expected", utf8.char, "x")

-- charpattern.
assert(utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*")
do local list = {} for c in s:gmatch(utf8.charpattern) do list[#list + 1] = #c end assert(table.concat(list) == "1234") end

-- codepoint.
is("97", utf8.codepoint(s)) is("97 233 8364 128512", utf8.codepoint(s, 1, -1)) is("233", utf8.codepoint(s, 2)) is("128512", utf8.codepoint(s, -4)) is("", utf8.codepoint(s, 3, 2)) is("97 233", utf8.codepoint(s, 1, 2)) is("", utf8.codepoint("", 1, 0))
fails("invalid UTF-8 code", utf8.codepoint, s, 3)
fails("out of bounds", utf8.codepoint, s, 11)
fails("out of bounds", utf8.codepoint, s, 1, 11)
fails("out of bounds", utf8.codepoint, "")
fails("invalid UTF-8 code", utf8.codepoint, "\xED\xA0\x80")
fails("invalid UTF-8 code", utf8.codepoint, "\xF4\x90\x80\x80")
is("55296", utf8.codepoint("\xED\xA0\x80", 1, 1, true)) is("1114112", utf8.codepoint("\xF4\x90\x80\x80", 1, 1, true))

-- len: nil and the position of the first invalid byte.
is("4", utf8.len(s)) is("0", utf8.len("")) is("3", utf8.len(s, 2)) is("1", utf8.len(s, -4)) is("2", utf8.len(s, 1, 2)) is("0", utf8.len(s, 11)) is("0", utf8.len(s, 5, 4)) is("nil 3", utf8.len(s, 3)) is("5", utf8.len("ab\0cd"))
is("nil 1", utf8.len("\xff")) is("nil 3", utf8.len("ab\x80")) is("nil 1", utf8.len("\xC3")) is("nil 2", utf8.len("a\xE2\x82")) is("nil 1", utf8.len("\xC0\x80")) is("nil 1", utf8.len("\xE0\x80\x80")) is("nil 1", utf8.len("\xF0\x80\x80\x80"))
is("nil 1", utf8.len("\xED\xA0\x80")) is("nil 1", utf8.len("\xF4\x90\x80\x80")) is("1", utf8.len("\xED\xA0\x80", 1, -1, true)) is("1", utf8.len("\u{7FFFFFFF}", 1, -1, true)) is("nil 1", utf8.len("\u{7FFFFFFF}")) is("1", utf8.len("\u{10FFFF}")) is("nil 1", utf8.len("\xFE\x80\x80\x80\x80\x80\x80", 1, -1, true))
fails("initial position out of bounds", utf8.len, "abc", 0)
fails("initial position out of bounds", utf8.len, "abc", 5)
fails("final position out of bounds", utf8.len, "abc", 1, 4)

-- offset.
is("1", utf8.offset(s, 1)) is("2", utf8.offset(s, 2)) is("4", utf8.offset(s, 3)) is("7", utf8.offset(s, 4)) is("11", utf8.offset(s, 5)) is("nil", utf8.offset(s, 6))
is("7", utf8.offset(s, -1)) is("4", utf8.offset(s, -2)) is("1", utf8.offset(s, -4)) is("nil", utf8.offset(s, -5)) is("4", utf8.offset(s, 2, 2)) is("2", utf8.offset(s, -1, 4)) is("4", utf8.offset(s, 0, 5)) is("7", utf8.offset(s, 0, 10)) is("1", utf8.offset(s, 0, 1)) is("11", utf8.offset(s, 0, 11))
is("1", utf8.offset("", 1)) is("nil", utf8.offset("", 2)) is("nil", utf8.offset("", -1)) is("1", utf8.offset("", 0))
fails("initial position is a continuation byte", utf8.offset, s, 1, 3)
fails("position out of bounds", utf8.offset, s, 1, 12)
fails("position out of bounds", utf8.offset, s, 1, 0)
fails("position out of bounds", utf8.offset, s, 1, -11)

-- codes.
do
  local list = {}
  for p, c in utf8.codes(s) do list[#list + 1] = p .. "=" .. c end
  assert(table.concat(list, " ") == "1=97 2=233 4=8364 7=128512")
  for _ in utf8.codes("") do error("no code") end
  fails("invalid UTF-8 code", function() for _ in utf8.codes("a\xff") do end end)
  fails("invalid UTF-8 code", function() for _ in utf8.codes("\xED\xA0\x80") do end end)
  fails("invalid UTF-8 code", function() for _ in utf8.codes("\xC3") do end end)
  local n = 0
  for p, c in utf8.codes("\xED\xA0\x80\xF4\x90\x80\x80", true) do n = n + 1 assert(c == (n == 1 and 0xD800 or 0x110000)) end
  assert(n == 2, "lax")
end
