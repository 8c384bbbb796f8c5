-- Lua 5.4 reference manual, §3.4: expressions.

-- Parentheses adjust to one value.
do
  local function three() return 1, 2, 3 end
  local function count(...) return select("#", ...) end
  assert(count(three()) == 3 and count((three())) == 1)
  assert(count(three(), three()) == 4, "all but the last are adjusted")
  assert(count(three(), nil) == 2 and count() == 0 and count(nil) == 1 and count(nil, nil) == 2)
  assert(#{ three() } == 3 and #{ three(), three() } == 4 and #{ (three()) } == 1)
  local function none() end
  assert(count(none()) == 0 and count((none())) == 1 and count(none(), none()) == 1)
  assert((none()) == nil)
end

-- §3.4.4 Relational operators.
assert(1 == 1.0 and 0.0 == -0.0 and "a" == "a" and nil == nil)
assert(1 ~= "1" and "0" ~= 0 and nil ~= false and {} ~= {} and print ~= assert)
assert(0 / 0 ~= 0 / 0, "NaN is not itself")
do local t = {} local u = t assert(t == u, "by reference") end
assert(1 < 2 and 2 <= 2 and not (2 < 2) and 3 > 2 and 3 >= 3)
assert("a" < "b" and "a" < "aa" and "" < "a" and "Z" < "a" and "a\0b" < "a\0c" and "a" < "a\0" and not ("b" <= "a"))
assert(-math.huge < math.mininteger and math.maxinteger < math.huge)
do -- Integers and floats compare by their exact values.
  local big = 2 ^ 53
  assert((1 << 53) == big and (1 << 53) + 1 ~= big and (1 << 53) + 1 > big and big < (1 << 53) + 1)
  assert(math.maxinteger < 2 ^ 63 and math.maxinteger + 0.0 == 2 ^ 63, "2^63 - 1 is less than 2^63")
  assert(math.maxinteger ~= 2 ^ 63 and not (math.maxinteger >= 2 ^ 63))
  assert(math.mininteger == -2 ^ 63 and math.mininteger <= -2 ^ 63 and not (math.mininteger < -2 ^ 63))
  assert(1 < 1.5 and 2 > 1.5 and -1 > -1.5 and -2 < -1.5)
  local nan = 0 / 0
  assert(not (1 < nan) and not (1 > nan) and not (1 <= nan) and not (nan >= nan) and not (nan < math.huge))
end
local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end
fails("attempt to compare number with string", function(a, b) return a < b end, 1, "2")
fails("attempt to compare string with number", function(a, b) return a <= b end, "1", 2)
fails("attempt to compare two table values", function(a, b) return a < b end, {}, {})
fails("attempt to compare two nil values", function(a, b) return a < b end)
fails("attempt to compare nil with number", function(a) return a < 1 end)
fails("attempt to compare number with nil", function(a) return a > 1 end)
fails("attempt to compare two boolean values", function(a, b) return a <= b end, true, false)

-- §3.4.5 Logical operators.
assert((10 or 20) == 10 and (10 or error()) == 10 and (nil or "a") == "a" and (nil and 10) == nil)
assert((false and error()) == false and (false and nil) == false and (false or nil) == nil and (10 and 20) == 20)
assert(not nil == true and not false == true and not 0 == false and not "" == false and not not 1 == true)
assert((nil and nil or 1) == 1 and (1 and nil) == nil and (false or false) == false)
do
  local n = 0
  local function count(v) n = n + 1 return v end
  local _ = count(nil) and count(1)
  _ = count(1) or count(2)
  assert(n == 2, "the second operand is evaluated only when it is needed")
  local x = n > 1 and "more" or "less"
  assert(x == "more")
end

-- §3.4.6 Concatenation.
assert("a" .. "b" == "ab" and 1 .. 2 == "12" and 1.5 .. "" == "1.5" and 2.0 .. "" == "2.0" and -0.0 .. "" == "-0.0")
assert("a" .. 1 .. "b" .. 2 == "a1b2" and "" .. "" == "" and "\0" .. "\0" == "\0\0")
assert(math.huge .. "" == "inf" and -math.huge .. "" == "-inf" and math.mininteger .. "" == "-9223372036854775808")
assert(1e15 .. "" == "1e+15" and 123456.789e3 .. "" == "123456789.0" and 1e100 .. "" == "1e+100" and 2 ^ 53 .. "" == "9.007199254741e+15")
fails("attempt to concatenate a nil value (local 'a')", function(a) return "x" .. a end)
fails("attempt to concatenate a table value", function(a) return a .. "x" end, {})
fails("attempt to concatenate a boolean value", function() return "x" .. true end)
fails("attempt to concatenate a nil value (field 'b')", function(a) return "x" .. a.b end, {})
fails("attempt to concatenate a nil value (global 'undefined_name')", function() return "x" .. undefined_name end)

-- §3.4.7 Length.
assert(#"" == 0 and #"abc" == 3 and #"a\0b" == 3 and #"\u{20AC}" == 3, "bytes of strings")
assert(#{} == 0 and #{ 1, 2, 3 } == 3 and #{ n = 1 } == 0 and #{ [1] = 1, [2] = 2 } == 2)
do
  local t = {}
  for i = 1, 100 do t[i] = i assert(#t == i) end
  for i = 100, 1, -1 do t[i] = nil assert(#t == i - 1) end
  local border = #{ 10, 20, 30, nil, 50 }
  assert(border == 3 or border == 5, "any border where there are several")
  assert(#{ nil } == 0 and #{ nil, nil } == 0)
end
fails("attempt to get length of a nil value (local 'a')", function(a) return #a end)
fails("attempt to get length of a number value", function(a) return #a end, 5)

-- §3.4.8 Precedence.
assert(2 + 3 * 4 == 14 and (2 + 3) * 4 == 20 and 2 ^ 3 ^ 2 == 512.0 and -2 ^ 2 == -4.0 and 2 ^ -1 == 0.5)
assert(not nil == true and not (1 == 2), "not is before ==")
assert(1 .. 2 == "12" and "a" .. 1 + 2 == "a3", "+ is before ..")
assert(1 << 2 + 1 == 8 and 1 | 2 & 3 == 3 and 5 & 6 ~ 3 == 7 and 1 ~ 3 | 8 == 10)
assert("b" > "a" .. "" and 1 + 1 == 2 and 1 | 2 == 3, "comparisons are after .. + and |")
assert(1 < 2 == true and "ab" == "a" .. "b")
assert((1 or 2 and nil) == 1 and (nil and 1 or 2) == 2 and (1 and 2 or 3) == 2, "and is before or")
assert(-3 ^ 2 == -9.0 and -3 % 5 == 2 and -(3 % 5) == -3 and 2 * 3 % 4 == 2 and 7 // 2 * 2 == 6)
assert(#"abc" + 1 == 4 and -#"abc" == -3 and ~1 + 1 == -1 and - -2 == 2 and not not nil == false)
assert("1" .. "2" .. "3" == "123" and 10 - 3 - 2 == 5 and 100 / 10 / 2 == 5.0, "left, and .. and ^ to the right")
assert(1 << 1 << 2 == 8 and 256 >> 4 >> 2 == 4)

-- §3.4.9 Table constructors.
do
  local function f() return "x", "y" end
  local a = { [f()] = 1, "first", x2 = "named", f(), [30] = 23; 45, f() }
  assert(a.x == 1 and a[1] == "first" and a.x2 == "named" and a[2] == "x" and a[30] == 23 and a[3] == 45 and a[4] == "x" and a[5] == "y")
  local b = { f(), f(), f(), }
  assert(#b == 4, "a trailing comma changes nothing: the last call gives all")
  local c = { (f()) }
  assert(#c == 1)
  assert(next({}) == nil and #{ {}, {} } == 2)
  local d = { 1, 2, [1.0] = nil, [2 ^ 53] = "big" }
  assert(d[1 << 53] == "big", "float keys with integer values are integers")
  local many = {}
  for i = 1, 300 do many[i] = i end
  local e = assert(load("return { " .. table.concat(many, ",") .. ", ... }"))(301, 302)
  assert(#e == 302 and e[1] == 1 and e[150] == 150 and e[302] == 302, "long constructors")
  fails("index is nil", function() return { [nil] = 1 } end)
  fails("index is NaN", function() return { [0 / 0] = 1 } end)
end
do -- Keys (§2.1): floats with integer values are integers; -0.0 is 0; NaN and nil read as nil.
  local t = {}
  t[1.0] = "a" t[-0.0] = "z" t[2 ^ 53] = "b"
  assert(t[1] == "a" and t[0] == "z" and t[1 << 53] == "b" and math.type(next({ [3.0] = 1 })) == "integer")
  assert(t[0 / 0] == nil and t[nil] == nil and t["1"] == nil)
  fails("index is nil", function() t[nil] = 1 end)
  fails("index is NaN", function() t[0 / 0] = 1 end)
  t[1.5] = "f" t[true] = "t" t[print] = "p" t[t] = "self" t[""] = "empty"
  assert(t[1.5] == "f" and t[true] == "t" and t[print] == "p" and t[t] == "self" and t[""] == "empty")
end

-- §3.4.10 Function calls.
do
  local t = { n = 5 }
  function t:get(a) return self.n, a end
  function t.plain(...) return select("#", ...), ... end
  assert(select("#", t:get()) == 2 and t:get() == 5 and t.get(t) == 5 and t.get { n = 6 } == 6)
  assert(select(2, t.plain "s") == "s" and select(2, t.plain [[s]]) == "s" and type(select(2, t.plain {})) == "table")
  assert(select(2, t:plain "s") == t and select(3, t:plain "s") == "s")
  assert(("x"):rep(3) == "xxx" and ("%d"):format(5) == "5" and #("abc"):upper() == 3, "methods of strings")
  local evaluated = 0
  local function object() evaluated = evaluated + 1 return t end
  object():get()
  assert(evaluated == 1, "the object is evaluated once")
  local f = (function(a) return function(b) return a + b end end)
  assert(f(1)(2) == 3)
end
fails("attempt to call a nil value (global 'undefined_name')", function() undefined_name() end)
fails("attempt to call a nil value (field 'x')", function(t) t.x() end, {})
fails("attempt to call a nil value (method 'x')", function(t) t:x() end, {})
fails("attempt to call a number value (local 'n')", function(n) n() end, 5)
fails("attempt to index a nil value (local 'n')", function(n) return n.x end)
fails("attempt to index a nil value (field 'x')", function(t) return t.x.y end, {})
fails("attempt to index a number value (local 'n')", function(n) n.x = 1 end, 5)
fails("attempt to index a boolean value", function() return (true).x end)
do -- Tail calls: as many as wanted, and no stack is used.
  local function loop(n) if n == 0 then return "done" end return loop(n - 1) end
  assert(loop(300000) == "done", "tail calls take no stack")
  local function even(n) if n == 0 then return true end return odd_of_even(n - 1) end
  odd_of_even = function(n) if n == 0 then return false end return even(n - 1) end
  assert(even(100001) == false)
  odd_of_even = nil
  local object = {}
  function object:count(n) if n == 0 then return "end" end return self:count(n - 1) end
  assert(object:count(100000) == "end")
end

-- §3.4.11 Function definitions.
do
  local a = { b = { c = {} } }
  function a.b.c.f(x) return x end
  function a.b.c:m(x) return self == a.b.c and x end
  assert(a.b.c.f(1) == 1 and a.b.c:m(2) == 2)
  local function f(x, y) return x, y end
  assert(select("#", f(1)) == 2 and select(2, f(1)) == nil and select("#", f(1, 2, 3)) == 2)
  local function g(x, ...) local p, q = ... return x, p, q, select("#", ...) end
  local x, p, q, n = g(1, 2, nil, nil)
  assert(x == 1 and p == 2 and q == nil and n == 3)
  local function pack(...) return { n = select("#", ...), ... } end
  assert(pack().n == 0 and pack(nil).n == 1 and pack(1, nil, nil).n == 3)
  local function pass(...) return ... end
  assert(select("#", pass()) == 0 and select("#", pass(nil, nil)) == 2 and (pass(1, 2)) == 1)
  assert(select("#", pass(pass(1, 2), pass(3, 4))) == 3)
  local function first(...) return (...) end
  assert(select("#", first()) == 1 and first(7, 8) == 7)
  assert(not load("function f() return ... end"), "... only in a variadic function")
  assert(load("return ..."), "a chunk is variadic")
  local big = pack(table.unpack({}, 1, 5000))
  assert(big.n == 5000, "many arguments")
  assert(not load("local function f(a, ..., b) end") and not load("local function f(... a) end"))
end
