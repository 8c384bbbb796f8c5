-- Lua 5.4 reference manual, §3.4.3: coercions and conversions.

local function same(a, b, what)
  assert(math.type(a) == math.type(b) and type(a) == type(b) and (a == b or a ~= a and b ~= b),
    ("%s: %s instead of %s"):format(what, tostring(a), tostring(b)))
end
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

-- Strings to numbers in arithmetic: by the lexer's rules, integer or float.
same("10" + 1, 11, "'10' + 1") same("10" * "2", 20, "'10' * '2'") same("3.0" + 1, 4.0, "'3.0' + 1") same("0x10" + 1, 17, "'0x10' + 1")
same("1e1" + 0, 10.0, "'1e1' + 0") same(" 10 " + 1, 11, "spaces") same("\t\n10\r\v\f" + 1, 11, "white space") same(-"2", -2, "-'2'") same(-"-2.0", 2.0, "-'-2.0'")
same("10" // "3", 3, "//") same("10" % "3", 1, "%") same("2" ^ "3", 8.0, "^") same("7" / "2", 3.5, "/") same("0x7fffffffffffffff" + 1, math.mininteger, "wraps")
same("9223372036854775808" + 0, 2.0 ^ 63, "too large is a float") same("0xffffffffffffffffff" + 0, -1, "hexadecimal wraps around")
same("-0x10" + 0, -16, "'-0x10'") same("+5" + 0, 5, "'+5'") same("-.5" + 0, -0.5, "'-.5'") same("0x.8p1" + 0, 1.0, "'0x.8p1'") same("5." + 0, 5.0, "'5.'")
fails("attempt to ", function() return "abc" + 1 end)
fails("attempt to ", function(a) return 1 + a end, "")
fails("attempt to ", function(a) return 1 + a end, "1 2")
fails("attempt to ", function(a) return 1 + a end, "inf")
fails("attempt to ", function(a) return 1 + a end, "nan")
fails("attempt to ", function(a) return 1 + a end, "1\0")
fails("attempt to ", function(a) return 1 + a end, "0x")
fails("attempt to ", function(a) return 1 + a end, "1e")
fails("attempt to ", function(a) return 1 + a end, "- 1")

-- Not in bitwise operators: these are no arithmetic, and strings have no metamethods for them.
fails("attempt to perform bitwise operation on a string value", function() return "3" & 1 end)
fails("attempt to perform bitwise operation on a string value", function(a) return 1 << a end, "4")
fails("attempt to perform bitwise operation on a string value", function(a) return ~a end, "0")

-- No coercion in comparisons and keys.
assert("10" ~= 10 and not rawequal("10", 10))
do local t = { [10] = "n", ["10"] = "s" } assert(t[10] == "n" and t["10"] == "s") end

-- Numbers to strings: concatenation, and where the library wants a string.
assert(10 .. "" == "10" and 10.0 .. "" == "10.0" and -1.5 .. "" == "-1.5" and 1e100 .. "" == "1e+100")
same(("x"):rep("3"), "xxx", "a string where an integer is wanted") same(string.len(12345), 5, "a number where a string is wanted")
assert(tostring(3) == "3" and tostring(3.0) == "3.0" and tostring(-0.0) == "-0.0" and tostring(1e15) == "1e+15" and tostring(123456789012) == "123456789012")
assert(tostring(0.1) == "0.1" and tostring(1 / 3) == "0.33333333333333" and tostring(100.0) == "100.0" and tostring(1e14) == "1e+14")
assert(tostring(math.pi) == "3.1415926535898" and tostring(2 ^ 63) == "9.2233720368548e+18" and tostring(123456.5) == "123456.5")
assert(tostring(math.huge) == "inf" and tostring(-math.huge) == "-inf" and tostring(0 / 0):find("nan"))
assert(tostring(99999999999999.0) == "99999999999999.0" and tostring(1e13) == "10000000000000.0" and tostring(1e-5) == "1e-05" and tostring(0.0001) == "0.0001")

-- Floats to integers, where an integer is wanted: only exact values.
same(("abc"):byte(2.0), 98, "2.0") same(("abc"):sub("2", 3.0), "bc", "sub") same(string.char(65.0, "66"), "AB", "char")
same(math.type(select(2.0, "a", 1)), "integer", "select")
fails("number has no integer representation", string.rep, "x", 1.5)
fails("number has no integer representation", string.rep, "x", 2 ^ 63)
fails("number has no integer representation", string.rep, "x", "1.5")
fails("number expected, got string", string.rep, "x", "y")
fails("number has no integer representation", table.concat, {}, "", 0.5)
fails("number expected, got no value", string.rep, "x")
fails("string expected, got table", string.rep, {}, 1)
fails("string expected, got no value", string.rep)

-- Integers to floats.
same(2 ^ 53 + 0, 9007199254740992.0, "2^53") same((1 << 53) + 1 + 0.0, 9007199254740992.0, "rounds to nearest even") same((1 << 53) + 3 + 0.0, 9007199254740996.0, "rounds to nearest even")
same(math.maxinteger + 0.0, 2.0 ^ 63, "max") same(math.mininteger + 0.0, -2.0 ^ 63, "min")

-- A string metamethod's coercion can be a metamethod of the other operand (§6.4).
do
  local mt = { __add = function(a, b) return type(a) .. "+" .. type(b) end }
  assert("10" + setmetatable({}, mt) == "string+table" and setmetatable({}, mt) + "x" == "table+string")
end
-- %d takes strings.
assert(("%d %s"):format("10", 10) == "10 10")
