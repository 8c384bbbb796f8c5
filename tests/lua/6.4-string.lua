-- Lua 5.4 reference manual, §6.4: strings. Patterns are in 6.4.1, format in 6.4-format, packing in 6.4.2.

local max, min = math.maxinteger, math.mininteger
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end
local function is(expected, ...)
  local r = table.pack(...)
  for i = 1, r.n do r[i] = tostring(r[i]) end
  local text = table.concat(r, " ")
  assert(text == expected, ("%q instead of %q"):format(text, expected))
end

-- byte.
is("97", ("abc"):byte()) is("98", ("abc"):byte(2)) is("99", ("abc"):byte(-1)) is("97 98 99", ("abc"):byte(1, -1)) is("98 99", ("abc"):byte(2, 10))
is("", ("abc"):byte(4)) is("", ("abc"):byte(0)) is("", ("abc"):byte(3, 2)) is("97", ("abc"):byte(-10, 1)) is("", (""):byte(1, -1)) is("0 255", ("\0\xff"):byte(1, 2))
is("97 98 99", ("abc"):byte(min, max)) is("", ("abc"):byte(max, max)) is("97", ("abc"):byte(1, 1)) is("", ("abc"):byte(0, 0)) is("97", ("abc"):byte(nil, nil))
assert(select("#", (("x"):rep(5000)):byte(1, -1)) == 5000)

-- char.
assert(string.char() == "" and string.char(76, 117, 97) == "Lua" and string.char(0, 255) == "\0\xff" and #string.char(table.unpack({}, 1, 0)) == 0)
fails("value out of range", string.char, 256)
fails("value out of range", string.char, -1)
fails("bad argument #3", string.char, 1, 2, 1000)
fails("number expected", string.char, "x")

-- len, lower, upper, reverse.
assert(string.len("a\0b") == 3 and ("AbC\xC9"):lower() == "abc\xC9" and ("aBc1"):upper() == "ABC1" and ("abc"):reverse() == "cba" and (""):reverse() == "" and ("a\0b"):reverse() == "b\0a")
assert((""):lower() == "" and ("x"):rep(1000):upper() == ("X"):rep(1000))

-- rep.
assert(("ab"):rep(3) == "ababab" and ("ab"):rep(0) == "" and ("ab"):rep(-1) == "" and (""):rep(1000) == "" and ("a"):rep(1) == "a")
assert(("a"):rep(3, ", ") == "a, a, a" and ("a"):rep(1, ",") == "a" and ("a"):rep(0, ",") == "" and (""):rep(3, ",") == ",," and ("a\0"):rep(2, "\0") == "a\0\0a\0")
fails("resulting string too large", string.rep, "abc", max)
fails("resulting string too large", string.rep, "ab", max // 2 + 1)
fails("resulting string too large", string.rep, "", max, "ab")

-- sub.
assert(("hello"):sub(2, 4) == "ell" and ("hello"):sub(2) == "ello" and ("hello"):sub(-3) == "llo" and ("hello"):sub(-3, -2) == "ll" and ("hello"):sub(0) == "hello")
assert(("hello"):sub(4, 2) == "" and ("hello"):sub(6) == "" and ("hello"):sub(-100, 2) == "he" and ("hello"):sub(3, 100) == "llo" and ("hello"):sub(1, 0) == "")
assert(("hello"):sub(min, max) == "hello" and ("hello"):sub(max) == "" and ("hello"):sub(1, min) == "" and ("hello"):sub(-5, -1) == "hello" and ("hello"):sub(2, nil) == "ello")
assert(("a\0b"):sub(2, 2) == "\0" and (""):sub(1, 1) == "" and ("abc"):sub(2.0, "3") == "bc")
fails("number expected, got no value", string.sub, "x")

-- Strings index the library; methods on literals and numbers.
assert(("x").len == string.len and ("x").undefined == nil)
fails("attempt to index a number value", function() return (5).x end)
fails("attempt to call a nil value (method 'nope')", function() return ("x"):nope() end)

-- find without patterns.
is("3 4", ("hello"):find("ll", 1, true)) is("nil", ("hello"):find("xyz", 1, true)) is("1 0", ("hello"):find("", 1, true)) is("6 5", ("hello"):find("", 6, true)) is("nil", ("hello"):find("", 7, true))
is("2 2", ("a.b"):find(".", 1, true)) is("1 1", ("a.b"):find(".")) is("4 4", ("a+b+"):find("+", 3, true)) is("2 3", ("a\0b"):find("\0b", 1, true)) is("5 5", ("hello"):find("o", -1)) is("1 1", ("hello"):find("h", -100))
is("nil", ("hello"):find("h", 2)) is("1 3", ("%d%"):find("%d%", 1, true)) is("3 2", ("ab"):find("", 3)) is("nil", ("ab"):find("", 4)) is("nil", (""):find("a"))
is("nil", ("abc"):find("abcd", 1, true)) is("98 100", ((("x"):rep(97)) .. "abc"):find("abc", 1, true)) is("3 5", ("ababac"):find("aba", 2, true)) is("2 2", ("abc"):find("b", nil, nil))

-- Comparison goes byte by byte.
assert("a" < "b" and "A" < "a" and "" < "\0" and "a\0a" < "a\0b" and "\x7f" < "\x80" and "abc" < "abd" and not ("abc" < "abc") and "abc" <= "abc" and "Z" < "a")

-- Arithmetic metamethods of strings (§3.4.3).
assert("3" + 4 == 7 and "3" * "4" == 12 and -"3" == -3 and "7" // 2 == 3 and "7" % "4" == 3 and "2" ^ 2 == 4.0 and "1" - "2" == -1 and 10 / "2" == 5.0)
