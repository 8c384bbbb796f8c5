-- Lua 5.4 reference manual, §6.7: mathematics.

local max, min, huge = math.maxinteger, math.mininteger, math.huge
local nan = 0 / 0
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end
local function same(a, b)
  assert(math.type(a) == math.type(b) and (a == b or a ~= a and b ~= b), tostring(a) .. " instead of " .. tostring(b))
end
local function near(a, b) assert(math.abs(a - b) <= 1e-15 * math.max(1, math.abs(b)), a .. " instead of " .. b) end

same(max, 0x7fffffffffffffff) same(min, 0x8000000000000000) same(huge, 1 / 0) near(math.pi, 3.141592653589793)

-- abs, ceil, floor: integers stay integers, results that fit become integers.
same(math.abs(-5), 5) same(math.abs(5), 5) same(math.abs(-5.5), 5.5) same(math.abs(min), min) same(math.abs(-0.0), 0.0) same(math.abs(-huge), huge) same(math.abs("-3"), 3.0)
assert(1 / math.abs(-0.0) == huge)
same(math.ceil(3.2), 4) same(math.ceil(-3.2), -3) same(math.ceil(5), 5) same(math.ceil(1e300), 1e300) same(math.ceil(huge), huge) same(math.ceil(-0.5), 0) same(math.ceil(nan), nan) same(math.ceil(2 ^ 53), 1 << 53)
same(math.floor(3.7), 3) same(math.floor(-3.2), -4) same(math.floor(5), 5) same(math.floor(-1e300), -1e300) same(math.floor(-huge), -huge) same(math.floor(2 ^ 62), 1 << 62) same(math.floor(2 ^ 63), 2 ^ 63) same(math.floor(-2 ^ 63), min)
fails("number expected", math.floor, "x")
fails("number expected, got no value", math.abs)
fails("number expected, got nil", math.ceil, nil)

-- fmod rounds the quotient towards zero, modf splits.
same(math.fmod(7, 3), 1) same(math.fmod(-7, 3), -1) same(math.fmod(7, -3), 1) same(math.fmod(-7, -3), -1) same(math.fmod(7.5, 2), 1.5) same(math.fmod(-7.5, 2), -1.5) same(math.fmod(min, -1), 0) same(math.fmod(max, min), max) same(math.fmod(5, huge), 5.0) same(math.fmod(1, 0.0), nan) same(math.fmod(6.0, 3), 0.0)
fails("zero", math.fmod, 1, 0)
do
  local function splits(v, integral, fraction)
    local i, f = math.modf(v)
    assert(i == integral and math.type(f) == "float", "the second result is always a float")
    near(f, fraction)
  end
  splits(3.7, 3, 0.7) splits(-3.25, -3, -0.25) splits(5, 5, 0.0) splits(huge, huge, 0.0) splits(-huge, -huge, 0.0) splits(1e300, 1e300, 0.0) splits(0.5, 0, 0.5)
  local i, f = math.modf(nan)
  assert(i ~= i and f ~= f)
end

-- max, min.
same(math.max(1, 2.5, -1), 2.5) same(math.max(3), 3) same(math.min(1, 2.5, -1), -1) same(math.max(1, 1.0), 1) same(math.max(1.0, 1), 1.0) same(math.max(max, huge), huge) same(math.min(min, -huge), -huge) same(math.max(max, 2 ^ 53), max) same(math.min(2, 1.0), 1.0)
fails("bad argument #1", math.max)
fails("number", math.min, 1, "x")

-- sqrt, exp, log, powers of the trigonometry.
same(math.sqrt(16), 4.0) near(math.sqrt(2), 1.4142135623730951) same(math.sqrt(-1), nan) same(math.sqrt(0), 0.0)
same(math.exp(0), 1.0) near(math.exp(1), 2.718281828459045) same(math.exp(-huge), 0.0) same(math.exp(1000), huge)
same(math.log(1), 0.0) near(math.log(math.exp(2)), 2.0) same(math.log(8, 2), 3.0) same(math.log(1000, 10), 3.0) near(math.log(81, 3), 4.0) same(math.log(0), -huge) same(math.log(-1), nan) same(math.log(1 << 62, 2), 62.0) near(math.log(2, 4), 0.5)
same(math.sin(0), 0.0) near(math.sin(math.pi / 2), 1.0) same(math.cos(0), 1.0) near(math.cos(math.pi), -1.0) near(math.tan(math.pi / 4), 1.0) near(math.asin(1), math.pi / 2) near(math.acos(0), math.pi / 2) near(math.atan(1), math.pi / 4)
near(math.atan(1, 1), math.pi / 4) near(math.atan(1, -1), 3 * math.pi / 4) near(math.atan(-1, -1), -3 * math.pi / 4) near(math.atan(0, -1), math.pi) near(math.atan(-0.0, -1), -math.pi) near(math.atan(1, 0), math.pi / 2) same(math.atan(0, 1), 0.0) near(math.atan(huge), math.pi / 2)
same(math.asin(2), nan) same(math.acos(2), nan) same(math.sin(huge), nan)
near(math.deg(math.pi), 180.0) near(math.rad(180), math.pi) near(math.deg(1), 57.29577951308232) near(math.rad(1), 0.017453292519943295)
for _, f in ipairs { "sin", "cos", "tan", "asin", "acos", "atan", "exp", "sqrt", "log", "deg", "rad" } do assert(math.type(math[f](1)) == "float") end

-- tointeger, type, ult.
same(math.tointeger(3), 3) same(math.tointeger(3.0), 3) same(math.tointeger(-2 ^ 63), min) assert(math.tointeger(3.5) == nil and math.tointeger(2 ^ 63) == nil and math.tointeger(huge) == nil and math.tointeger(nan) == nil and math.tointeger({}) == nil)
assert(math.type(1) == "integer" and math.type(1.0) == "float" and math.type("1") == nil and math.type(nil) == nil)
fails("value expected", math.type)
assert(math.ult(1, 2) and not math.ult(2, 1) and math.ult(1, -1) and not math.ult(-1, 1) and math.ult(max, min) and not math.ult(5, 5) and math.ult(-2, -1) and math.ult(2.0, 3))
fails("number has no integer representation", math.ult, 1.5, 2)

-- random, randomseed.
do
  for _ = 1, 200 do
    local f = math.random()
    assert(math.type(f) == "float" and f >= 0 and f < 1)
    local i = math.random(6)
    assert(math.type(i) == "integer" and i >= 1 and i <= 6)
    i = math.random(-3, 3)
    assert(i >= -3 and i <= 3)
    i = math.random(min, max)
    assert(math.type(i) == "integer")
    assert(math.random(max - 1, max) >= max - 1 and math.random(5, 5) == 5 and math.random(1) == 1)
  end
  assert(math.type(math.random(0)) == "integer", "0 gives any integer")
  local seen = {}
  for _ = 1, 1000 do seen[math.random(10)] = true end
  for i = 1, 10 do assert(seen[i], "every value comes") end
  math.randomseed(42)
  local a, b, c = math.random(), math.random(1000), math.random(0)
  math.randomseed(42)
  assert(math.random() == a and math.random(1000) == b and math.random(0) == c, "a seed repeats")
  math.randomseed(42.0)
  assert(math.random() == a, "a float with an integer value is that seed")
  math.randomseed(1, 2)
  local d = math.random(0)
  math.randomseed(1, 2)
  assert(math.random(0) == d)
  math.randomseed(1, 3)
  assert(math.random(0) ~= d, "both parts count")
  local s1, s2 = math.randomseed()
  assert(math.type(s1) == "integer" and math.type(s2) == "integer", "the seed components")
  local e = math.random(0)
  math.randomseed(s1, s2)
  assert(math.random(0) == e, "which give the same again")
  math.randomseed(123)
  local first = math.random(0)
  math.randomseed(123, 0)
  assert(math.random(0) == first)
  fails("interval is empty", math.random, 0, -1)
  fails("interval is empty", math.random, -5)
  fails("wrong number of arguments", math.random, 1, 2, 3)
  fails("number has no integer representation", math.random, 1.5)
end
