-- Lua 5.4 reference manual, §2.1: values and types.

assert(type(nil) == "nil" and type(true) == "boolean" and type(1) == "number" and type(1.5) == "number")
assert(type("") == "string" and type({}) == "table" and type(print) == "function" and type(function() end) == "function")
assert(type(coroutine.create(print)) == "thread")
assert(math.type(1) == "integer" and math.type(1.0) == "float" and math.type("1") == nil)

-- Integers have 64 bits, floats are doubles.
assert(math.maxinteger == 9223372036854775807 and math.mininteger == -math.maxinteger - 1 and math.maxinteger + 1 == math.mininteger)
assert(2.0 ^ 53 + 1.0 == 2.0 ^ 53 and 2.0 ^ 53 - 1.0 ~= 2.0 ^ 53)

-- Strings hold any bytes; they are values.
do
  local all = {}
  for i = 0, 255 do all[#all + 1] = string.char(i) end
  local s = table.concat(all)
  assert(#s == 256 and s:byte(1) == 0 and s:byte(256) == 255 and s:sub(1, 1) == "\0")
  local long = ("x"):rep(1000)
  local t = { [long] = 1 }
  assert(t[("x"):rep(500) .. ("x"):rep(500)] == 1, "equal long strings are one key")
end

-- Tables: nil fields are absent; any value but nil and NaN is a key.
do
  local t = { a = 1 }
  t.a = nil
  assert(next(t) == nil and t.a == nil, "a nil field is not in the table")
  local key = {}
  t[key] = "by reference"
  assert(t[key] == "by reference" and t[{}] == nil)
  t[1], t[2 ^ 31], t[-1] = "one", "big", "negative"
  assert(t[1.0] == "one" and t[1 << 31] == "big" and t[-1.0] == "negative")
  t = { 1, 2, 3 }
  local u = t
  u[1] = 10
  assert(t[1] == 10, "tables are references")
end

-- Integer and float keys that are equal are one key, others are not.
do
  local t = {}
  for i = 1, 10 do t[i + 0.0] = i end
  assert(#t == 10)
  for k in pairs(t) do assert(math.type(k) == "integer") end
  t[2 ^ 63] = "float"
  assert(t[math.mininteger] == nil and t[2 ^ 63] == "float", "a float that no integer equals stays one")
end
