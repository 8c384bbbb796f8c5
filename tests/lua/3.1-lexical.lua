-- Lua 5.4 reference manual, §3.1: lexical conventions.

local function value(code) return assert(load("return " .. code, "=c"))() end
local function refused(code, text)
  local chunk, message = load(code, "=c")
  assert(chunk == nil, "compiles, but should not: " .. code)
  assert(message:find(text, 1, true), ("%q gives %s instead of %s"):format(code, message, text))
end

-- Names: letters, digits, underscores; case matters; reserved words are none.
do
  local _, _1, a1_B, And = 1, 2, 3, 4
  assert(_ + _1 + a1_B + And == 10, "names")
  for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch("%a+") do
    assert(not load("local " .. word .. " = 1"), word .. " is reserved")
    assert(not load("t." .. word .. " = 1"), word .. " is no field name")
    assert(load("t['" .. word .. "'] = 1"), word .. " is a key")
  end
  assert(load("local AND, And, constt, close, const = 1"), "case matters, attributes are no reserved words")
end
refused("local 1a = 1", "malformed number near '1a'")
refused("x = 1 @", "unexpected symbol near '@'")
refused("x = $", "unexpected symbol near '$'")
refused("x = \1", "unexpected symbol near '<\\1>'")

-- Tokens: the longest is taken.
assert(value("1 << 2 | 1") == 5)
assert(value("7//2 ~ 1") == 2, "7//2 is one token for //")
assert(value("#'a'..'b'") == "1b", ".. after a string")
assert(value("1 ..2") == "12", "a number needs a space before ..")
refused("return 1..2", "malformed number near '1..2'")
assert(value("'a'..'b'..'c'") == "abc")
assert(value("2^-1") == 0.5)
assert(value("(function(...) return select('#', ...) end)(1,nil)") == 2)
do local t = { a = { b = 1 } } assert(t.a.b == 1 and t . a . b == 1, "spaces between tokens") end
assert(load("goto\nx\n::\nx\n::"), "tokens of a label may be on lines of their own")

-- Strings in quotes.
assert('a"b' == "a\"b" and "a'b" == 'a\'b', "quotes within the other quotes")
assert("\a\b\f\n\r\t\v\\\"\'" == string.char(7, 8, 12, 10, 13, 9, 11, 92, 34, 39), "escapes of C")
assert("a\
b" == "a\nb", "a backslash and a line end are a newline")
assert(value("'a\\\r\nb'") == "a\nb" and value("'a\\\n\rb'") == "a\nb" and value("'a\\\rb'") == "a\nb", "line ends are one newline")
assert("a\z
        b\z   c" == "abc", "\\z skips white space with line ends")
assert("a\z" == "a", "\\z at the end")
assert("\x41\x7a\xFf" == "Az\255", "two hexadecimal digits")
assert("\65\066\0067\10" == "AB\0067\n", "up to three decimal digits")
assert("\0001" == "\0" .. "1" and #"\0\0" == 2, "zeros inside")
assert("\u{41}\u{e9}\u{20AC}\u{1F600}" == "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "UTF-8")
assert("\u{7FFFFFFF}" == "\xFD\xBF\xBF\xBF\xBF\xBF", "up to 2^31")
assert("\u{0}" == "\0" and "\u{7F}" == "\x7F" and "\u{80}" == "\xC2\x80" and "\u{7FF}" == "\xDF\xBF" and "\u{800}" == "\xE0\xA0\x80", "the edges of the lengths")
assert("\u{D800}" == "\xED\xA0\x80" and "\u{110000}" == "\xF4\x90\x80\x80", "surrogates and beyond Unicode")
assert("\u{000000000041}" == "A", "leading zeros")
refused([[x = "\q"]], [[invalid escape sequence near '"\q']])
refused([[x = "\x4"]], [[hexadecimal digit expected near '"\x4"']])
refused([[x = "\xg1"]], [[hexadecimal digit expected]])
refused([[x = "\256"]], [[decimal escape too large near '"\256]])
refused([[x = "\999"]], [[decimal escape too large]])
refused([[x = "\u41"]], [[missing '{']])
refused([[x = "\u{}"]], [[hexadecimal digit expected]])
refused([[x = "\u{41"]], [[missing '}']])
refused([[x = "\u{80000000}"]], [[UTF-8 value too large]])
refused("x = 'abc", "unfinished string near <eof>")
refused("x = 'abc\n'", "unfinished string")
refused("x = '\\", "unfinished string")

-- Long brackets.
assert([[a
b]] == "a\nb")
assert([[
a]] == "a", "a first line end is skipped")
assert([[

a]] == "\na", "but one alone")
assert([==[a]]b]=]c]==] == "a]]b]=]c", "levels")
assert([[\n\x41]] == "\\n\\x41", "no escapes")
assert([[a"b'c]] == "a\"b'c")
assert([=[[[]]]=] == "[[]]" and #[[]] == 0)
assert(value("[[a\r\nb\rc\n\rd]]") == "a\nb\nc\nd", "every line end is a newline")
assert(value("[[\r\na]]") == "a")
refused("x = [[a", "unfinished long string (starting at line 1) near <eof>")
refused("x = [=a", "invalid long string delimiter near '[='")
refused("x = [==", "invalid long string delimiter")

-- Comments.
assert(value("1 -- 2\n + 3") == 4, "to the end of the line")
assert(value("1 --[[ 2\n ]] + 3") == 4, "long")
assert(value("1 --[==[ ]] ]=] \n ]==] + 3") == 4, "long with levels")
assert(value("1 --[ 2\n + 3") == 4 and value("1 --[=  2\n + 3") == 4, "no long bracket after all")
assert(value("1 --[[]] + 3") == 4)
refused("--[[ a", "unfinished long comment (starting at line 1) near <eof>")

-- Numerals: decimal.
local function int(code, n) assert(value(code) == n and math.type(value(code)) == "integer", code) end
local function float(code, n) assert(value(code) == n and math.type(value(code)) == "float", code) end
int("3", 3) int("345", 345) int("0", 0) int("007", 7)
int("9223372036854775807", math.maxinteger)
float("9223372036854775808", 2 ^ 63)
float("18446744073709551616", 2 ^ 64)
float("3.0", 3) float("3.", 3) float(".5", 0.5) float("3.1416", 31416 / 10000)
float("314.16e-2", 3.1416) float("0.31416E1", 3.1416) float("34e1", 340) float("3e+2", 300) float("0e12", 0)
float("1e308", 1e308) float("1e309", math.huge) float("1e308 * 10", math.huge) float("1e-400", 0.0)
float("5e-324", 2.0 ^ -1074) float("2.2250738585072014e-308", 2.0 ^ -1022)
float("1.7976931348623157e308", (2 - 2.0 ^ -52) * 2.0 ^ 1023)
float("0.1", 1 / 10) float("123456789012345678901234567890", 1.2345678901234568e29)
assert(0.1 + 0.2 ~= 0.3 and 0.1 + 0.2 == 0.30000000000000004, "doubles")
-- Hexadecimal: integers wrap around modulo 2^64.
int("0xff", 255) int("0xBEBADA", 12499674) int("0Xa", 10)
int("0x7fffffffffffffff", math.maxinteger) int("0x8000000000000000", math.mininteger)
int("0xffffffffffffffff", -1) int("0x1ffffffffffffffff", -1) int("0x10000000000000000", 0)
int("0x123456789abcdef01", 0x23456789abcdef01)
float("0x0.1E", 30 / 256) float("0xA23p-4", 2595 / 16) float("0X1.921FB54442D18P+1", math.pi)
float("0x.8", 0.5) float("0x8.", 8) float("0x1p4", 16) float("0x1P-1074", 5e-324) float("0xA.8p0", 10.5)
float("0x1p1024", math.huge) float("0xffffffffffffffff.0", 2 ^ 64)
refused("x = 0x", "malformed number near '0x'")
refused("x = 0xg", "malformed number near '0xg'")
refused("x = 1e", "malformed number near '1e'")
refused("x = 1e+", "malformed number near '1e+'")
refused("x = 0x1p", "malformed number near '0x1p'")
refused("x = 1.2.3", "malformed number near '1.2.3'")
refused("x = 3x", "malformed number near '3x'")
refused("x = 0b1", "malformed number near '0b1'")
refused("x = 0x.p1", "malformed number near '0x.p1'")
refused("x = 12_000", "malformed number near '12_")
assert(value("0xep1") == 28.0, "e is a digit in hexadecimal")
assert(value("0xe+1") == 15, "and so e+1 is an addition")
assert(value("-0x8000000000000000") == math.mininteger)
assert(math.type(value("-9223372036854775808")) == "float", "the minus is an operation")
