-- Lua 5.4 reference manual, §6.4: string.format.

local format = string.format
local function is(expected, ...)
  local text = format(...)
  assert(text == expected, ("%s instead of %s"):format(text, expected))
end
local function fails(text, ...)
  local ok, message = pcall(format, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

is("", "") is("plain", "plain") is("100%", "100%%") is("a\0b", "a\0b") is("%%", "%%%%")
fails("invalid conversion '%' to 'format'", "%", 1)
fails("invalid conversion '%y' to 'format'", "%y", 1)
fails("invalid conversion '%n' to 'format'", "%n", 1)
fails("invalid conversion", "%10", 1)
fails("invalid conversion", "%0123d", 1)
fails("invalid conversion", "%.123d", 1)
fails("invalid conversion", "%l", 1)
fails("bad argument #2 to 'string.format' (no value)", "%d")
fails("bad argument #3 to 'string.format' (no value)", "%d %d", 1)
is("1", "%d", 1, 2, 3)

-- %d %i: integers.
is("5", "%d", 5) is("-5", "%i", -5) is("   5", "%4d", 5) is("5   |", "%-4d|", 5) is("0005", "%04d", 5) is("+5", "%+d", 5) is(" 5", "% d", 5) is("005", "%.3d", 5) is("  005", "%5.3d", 5) is("-0005", "%05d", -5)
is("3", "%d", 3.0) is("10", "%d", "10") is("9223372036854775807", "%d", math.maxinteger) is("-9223372036854775808", "%d", math.mininteger) is("12345", "%2d", 12345) is("", "%.0d", 0)
fails("number has no integer representation", "%d", 3.5)
fails("number has no integer representation", "%d", 2 ^ 63)
fails("number expected, got string", "%d", "x")
fails("number expected, got nil", "%d", nil)
fails("invalid conversion", "%#d", 1)

-- %c %o %x %X.
is("A", "%c", 65) is("\0", "%c", 0) is("  A", "%3c", 65) is("A  |", "%-3c|", 65) is("\xff", "%c", 255)
is("377", "%o", 255) is("0377", "%#o", 255) is("ff", "%x", 255) is("FF", "%X", 255) is("0xff", "%#x", 255) is("0XFF", "%#X", 255) is("00ff", "%04x", 255) is("ffffffffffffffff", "%x", -1) is("  ff", "%4x", 255) is("8000000000000000", "%x", math.mininteger)

-- %f %e %g.
is("3.141593", "%f", math.pi) is("3.14", "%.2f", math.pi) is("3", "%.0f", math.pi) is("    3.14", "%8.2f", math.pi) is("3.14    |", "%-8.2f|", math.pi) is("00003.14", "%08.2f", math.pi) is("+3.1", "%+.1f", math.pi) is("3.", "%#.0f", math.pi)
is("1.000000", "%f", 1) is("-0.000000", "%f", -0.0) is("0.5", "%.1f", "0.5") is("2", "%.0f", 2.5) is("4", "%.0f", 3.5) is("0.1000000000000000055511151231257827", "%.34f", 0.1)
is("100000000000000000000.0", "%.1f", 1e20) is("179769313486231570", ("%.0f"):format(1.7976931348623157e308):sub(1, 18))
is("3.141593e+00", "%e", math.pi) is("3.14E+00", "%.2E", math.pi) is("1e+10", "%.0e", 1e10) is("1.000000e-05", "%e", 1e-5) is("  1.5e+300", "%10.1e", 1.5e300)
is("3.14159", "%g", math.pi) is("1e+20", "%g", 1e20) is("1e-05", "%g", 1e-5) is("0.0001", "%g", 1e-4) is("100000", "%g", 100000) is("1e+06", "%g", 1000000) is("3.1", "%.2g", math.pi) is("3.141592653589793", "%.16g", math.pi)
is("0.1", "%g", 0.1) is("0.10000000000000001", "%.17g", 0.1) is("1", "%g", 1.0) is("1.00000", "%#g", 1.0) is("1E+20", "%G", 1e20) is("123457", "%g", 123456.7) is("1.23457e+06", "%g", 1234567.8) is("   0.5", "%6g", 0.5) is("0.5   |", "%-6g|", 0.5) is("0000.5", "%06g", 0.5)
is("5e-324", "%.0e", 5e-324) is("4.94066e-324", "%g", 5e-324) is("1e+02", "%.1g", 100) is("9.2233720368547758e+18", "%.17g", math.maxinteger) is("0", "%g", 0) is("-0", "%g", -0.0)
is("inf", "%f", math.huge) is("-inf", "%g", -math.huge) is("INF", "%E", math.huge) is("  inf", "%5.1f", math.huge) is("+inf", "%+f", math.huge)
assert(format("%f", 0 / 0):find("nan") and format("%G", 0 / 0):find("NAN"))
is("0.30000000000000004", "%.17g", 0.1 + 0.2) is("1e+23", "%.15g", 1e23) is("9.9999999999999992e+22", "%.17g", 1e23) is("2.2250738585072014e-308", "%.17g", 2.0 ^ -1022)
fails("number expected, got string", "%f", "x")
fails("number expected, got table", "%g", {})

-- %a: hexadecimal floats.
is("0x1p+0", "%a", 1) is("0x1.8p+1", "%a", 3) is("0X1.8P+1", "%A", 3) is("-0x1p-1", "%a", -0.5) is("0x0p+0", "%a", 0.0) is("inf", "%a", math.huge) is("0x1.0p+0", "%.1a", 1) is("  0x1p+4", "%8a", 16) is("0x1.921fb54442d18p+1", "%a", math.pi)
for _, v in ipairs { 0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -2.5 } do assert(tonumber(format("%a", v)) == v) end

-- %s: by tostring.
is("x", "%s", "x") is("nil true 1 1.0", "%s %s %s %s", nil, true, 1, 1.0) is("    x", "%5s", "x") is("x    |", "%-5s|", "x") is("ab", "%.2s", "abc") is("   ab", "%5.2s", "abc") is("", "%.0s", "abc") is("abc", "%.10s", "abc")
is("obj", "%s", setmetatable({}, { __tostring = function() return "obj" end })) is("a\0b", "%s", "a\0b")
assert(format("%s", {}):find("^table: ") and format("%5s", setmetatable({}, { __tostring = function() return "o" end })) == "    o")
fails("string contains zeros", "%10s", "a\0b")
fails("'__tostring' must return a string", "%s", setmetatable({}, { __tostring = function() return {} end }))
fails("no value", "%s")
do local long = ("x"):rep(2000) is(long, "%s", long) is(long, "%99s", long) is(long .. "|" .. long, "%s|%s", long, long) end
fails("invalid conversion", "%100s", "x")
fails("invalid conversion", "%05s", "x")
fails("invalid conversion", "%+s", "x")

-- %q: as Lua reads it again.
is([["a\"b\\c\
d\0e\13"]], "%q", "a\"b\\c\nd\0e\r") is([["\0001"]], "%q", "\0" .. "1") is([["\0131"]], "%q", "\r" .. "1") is('"\xff\\127"', "%q", "\xff\x7f")
is("1", "%q", 1) is("-5", "%q", -5) is("0x8000000000000000", "%q", math.mininteger) is("0x1p-1", "%q", 0.5) is("0x1p+0", "%q", 1.0) is("1e9999", "%q", math.huge) is("-1e9999", "%q", -math.huge) is("(0/0)", "%q", 0 / 0) is("nil", "%q", nil) is("true", "%q", true) is("false", "%q", false)
for _, v in ipairs { "", "all\0\1\2\r\n\t\"'\\\200", 0.1, -0.0, 1e300, math.pi, math.maxinteger, math.mininteger, math.huge } do
  local again = load("return " .. format("%q", v))()
  assert(again == v and math.type(again) == math.type(v), format("%q", v))
end
fails("value has no literal form", "%q", {})
fails("value has no literal form", "%q", print)
fails("cannot have modifiers", "%5q", "x")

-- %p: a pointer, null for what is no reference.
do
  local t = {}
  assert(format("%p", t) == format("%p", t) and format("%p", t) ~= format("%p", {}) and #format("%40p", t) == 40)
  assert(format("%p", 1) == "(null)" and format("%p", nil) == "(null)" and format("%p", "x") == format("%p", "x"))
  assert(tostring(t):find(format("%p", t), 1, true))
end
