-- Lua 5.4 reference manual, §3.4.1 arithmetic, §3.4.2 bitwise operators.

local max, min, huge = math.maxinteger, math.mininteger, math.huge
local function same(a, b, what)
  assert(math.type(a) == math.type(b) and (a == b or a ~= a and b ~= b),
    ("%s: %s instead of %s"):format(what, tostring(a), tostring(b)))
end
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

-- Integers give integers, a float makes it float; / and ^ are always of floats.
same(1 + 2, 3, "+") same(1 + 2.0, 3.0, "+") same(1.5 + 1.5, 3.0, "+")
same(3 - 5, -2, "-") same(3 - 5.0, -2.0, "-") same(3 * 5, 15, "*") same(3.0 * 5, 15.0, "*")
same(6 / 2, 3.0, "/") same(7 / 2, 3.5, "/") same(2 ^ 2, 4.0, "^") same(2 ^ 0.5, math.sqrt(2), "^")
same(-5 + 0, -5, "unary") same(-(5.0), -5.0, "unary") same(- -5, 5, "unary")

-- Overflow wraps around (two's complement).
same(max + 1, min, "max + 1") same(min - 1, max, "min - 1") same(max * 2, -2, "max * 2")
same(-min, min, "-min") same(min * -1, min, "min * -1") same(max * max, 1, "max * max") same(min * min, 0, "min * min")
same(max + 1.0, 2.0 ^ 63, "max + 1.0") same(min + min, 0, "min + min")
do local a, b = max, 1 same(a + b, min, "not folded") end

-- Floor division rounds toward minus infinity.
same(7 // 2, 3, "//") same(-7 // 2, -4, "//") same(7 // -2, -4, "//") same(-7 // -2, 3, "//") same(6 // -2, -3, "//")
same(7.0 // 2, 3.0, "//") same(-7 // 2.0, -4.0, "//") same(7.5 // 2, 3.0, "//") same(-0.5 // 1, -1.0, "//")
same(min // -1, min, "min // -1") same(min // 1, min, "min // 1") same(max // -1, -max, "max // -1") same(0 // 5, 0, "0 // 5")
same(1 // 0.0, huge, "1 // 0.0") same(-1 // 0.0, -huge, "-1 // 0.0") same(0 // 0.0, 0 / 0, "0 // 0.0")
same(1 // huge, 0.0, "1 // inf") same(-1 // huge, -0.0, "-1 // inf") same(huge // 1, huge, "inf // 1")
same(1e308 // 1e-308, huge, "overflow of //")
fails("divide by zero", function(a, b) return a // b end, 1, 0)
fails("divide by zero", function(a) return a // 0 end, min)

-- Modulo: the result has the sign of the divisor.
same(7 % 3, 1, "%") same(-7 % 3, 2, "%") same(7 % -3, -2, "%") same(-7 % -3, -1, "%") same(6 % -3, 0, "%")
same(7.5 % 2, 1.5, "%") same(-7.5 % 2, 0.5, "%") same(7.5 % -2, -0.5, "%") same(5 % 3.0, 2.0, "%")
same(min % -1, 0, "min % -1") same(min % max, max - 1, "min % max") same(max % min, -1, "max % min") same(-1 % max, max - 1, "-1 % max")
same(5 % huge, 5.0, "5 % inf") same(-5 % huge, huge, "-5 % inf") same(5 % -huge, -huge, "5 % -inf") same(-5 % -huge, -5.0, "-5 % -inf")
same(1 % 0.0, 0 / 0, "1 % 0.0") same(huge % 2, 0 / 0, "inf % 2")
assert(1 / (-0.0 % 5) == -huge or 1 / (-0.0 % 5) == huge)
fails("attempt to perform 'n%", function(a, b) return a % b end, 1, 0)
for a = -7, 7 do
  for b = -4, 4 do
    if b ~= 0 then
      assert(a == (a // b) * b + a % b, "a == (a // b) * b + a % b")
      assert(a % b == (a + 0.0) % b and a // b == (a + 0.0) // b, "floats and integers agree")
      assert(a % b == 0 or (a % b < 0) == (b < 0), "the sign of the divisor")
    end
  end
end

-- Division and floats as IEEE 754 has them.
same(1 / 0, huge, "1 / 0") same(-1 / 0, -huge, "-1 / 0") same(0 / 0, 0 / 0, "0 / 0")
same(1 / huge, 0.0, "1 / inf") same(1 / -0.0, -huge, "1 / -0.0") same(huge - huge, 0 / 0, "inf - inf") same(huge * 0, 0 / 0, "inf * 0")
same(2 ^ 53 + 1, 2.0 ^ 53, "2^53 + 1") same(2 ^ 1024, huge, "2^1024") same(2 ^ -1074, 5e-324, "2^-1074") same(2 ^ -1080, 0.0, "2^-1080")
same(0 ^ 0, 1.0, "0^0") same((-8) ^ (1 / 3), 0 / 0, "(-8)^(1/3)") same((-2) ^ 3, -8.0, "(-2)^3") same(10 ^ 2, 100.0, "10^2") same(4 ^ 0.5, 2.0, "4^0.5")
same(huge ^ 0, 1.0, "inf^0") same(0 ^ -1, huge, "0^-1") same(1 ^ huge, 1.0, "1^inf") same((0 / 0) ^ 0, 1.0, "nan^0")
assert(-0.0 == 0.0 and 1 / -0.0 ~= 1 / 0.0 and tostring(-0.0) == "-0.0" and tostring(0 * -1) == "0" and tostring(0.0 * -1) == "-0.0")
same(3 | 0, 3, "an integer stays")
same(1e15 + 0.5, 1000000000000000.5, "1e15 + 0.5")

-- §3.4.2 Bitwise operators are of integers.
same(0xF0 & 0x3C, 0x30, "&") same(0xF0 | 0x0F, 0xFF, "|") same(0xF0 ~ 0xFF, 0x0F, "~") same(~0, -1, "~0") same(~5, -6, "~5")
same(1 << 4, 16, "<<") same(256 >> 4, 16, ">>") same(-1 >> 60, 15, ">> fills with zeros") same(-1 >> 63, 1, ">> 63") same(-1 << 63, min, "<< 63")
same(1 << 64, 0, "<< 64") same(-1 >> 64, 0, ">> 64") same(1 << 1000, 0, "<< 1000") same(1 << max, 0, "<< max") same(1 << min, 0, "<< min") same(-1 >> min, 0, ">> min")
same(16 << -2, 4, "<< -2") same(4 >> -2, 16, ">> -2") same(1 << -64, 0, "<< -64") same(1 << 0, 1, "<< 0") same(1 >> 0, 1, ">> 0") same(1 << 63, min, "1 << 63")
same(0xFFFFFFFF << 32, -4294967296, "<< 32") same(min >> 63, 1, "min >> 63") same(2.0 & 3, 2, "floats with integer values") same(2.0 ^ 62 | 0, 1 << 62, "2^62 | 0")
same(1.0 << 2.0, 4, "1.0 << 2.0") same(~2.0, -3, "~2.0") same(-2.0 ^ 63 | 0, min, "-2^63 | 0")
fails("no integer representation", function(a) return a & 1 end, 1.5)
fails("no integer representation", function(a) return 1 | a end, 2 ^ 63)
fails("no integer representation", function(a) return ~a end, huge)
fails("no integer representation", function(a) return 1 << a end, 0 / 0)
fails("attempt to perform bitwise operation on a nil value (local 'a')", function(a) return a & 1 end)
fails("attempt to perform bitwise operation on a table value", function(a) return a ~ 1 end, {})

-- What is no number.
fails("attempt to perform arithmetic on a nil value (local 'a')", function(a) return a + 1 end)
fails("attempt to perform arithmetic on a table value (local 'a')", function(a) return 1 - a end, {})
fails("attempt to perform arithmetic on a boolean value", function() return true * 2 end)
fails("attempt to perform arithmetic on a nil value (field 'x')", function(a) return a.x / 1 end, {})
fails("attempt to perform arithmetic on a nil value (global 'undefined_name')", function() return -undefined_name end)
fails("attempt to perform arithmetic on a nil value (upvalue 'max2')", (function() local max2 return function() return max2 ^ 2 end end)())

-- Constants and operands of every form give the same.
for _, pair in ipairs { { 7, 3 }, { -7, 3 }, { 7.5, 2 }, { 100, 7 }, { max, 2 }, { min, 3 }, { 0.1, 0.2 } } do
  local a, b = pair[1], pair[2]
  for _, op in ipairs { "+", "-", "*", "/", "//", "%", "^" } do
    local text = ("%q %s %q"):format(a, op, b)
    local constant = load("return " .. text)()
    local left = load(("local a = ... return a %s %q"):format(op, b))(a)
    local right = load(("local b = ... return %q %s b"):format(a, op))(b)
    local both = load(("local a, b = ... return a %s b"):format(op))(a, b)
    same(left, constant, text) same(right, constant, text) same(both, constant, text)
  end
end
for _, pair in ipairs { { 7, 3 }, { -7, 3 }, { max, 2 }, { min, 63 }, { 5, 64 } } do
  local a, b = pair[1], pair[2]
  for _, op in ipairs { "&", "|", "~", "<<", ">>" } do
    local text = ("%q %s %q"):format(a, op, b)
    local constant = load("return " .. text)()
    same(load(("local a = ... return a %s %q"):format(op, b))(a), constant, text)
    same(load(("local b = ... return %q %s b"):format(a, op))(b), constant, text)
    same(load(("local a, b = ... return a %s b"):format(op))(a, b), constant, text)
  end
end
