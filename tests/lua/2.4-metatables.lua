-- Lua 5.4 reference manual, §2.4: metatables and metamethods.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

-- Arithmetic and bitwise operators: both operands, in order, and one result.
do
  local mt, log = {}, {}
  local names = { add = "+", sub = "-", mul = "*", div = "/", mod = "%", pow = "^", idiv = "//",
    band = "&", bor = "|", bxor = "~", shl = "<<", shr = ">>", concat = ".." }
  for name in pairs(names) do
    mt["__" .. name] = function(a, b) log = { name, a, b } return name .. "!", "ignored" end
  end
  local o = setmetatable({}, mt)
  for name, op in pairs(names) do
    local left, right = load("local o, x = ... return o " .. op .. " x"), load("local o, x = ... return x " .. op .. " o")
    for _, x in ipairs { 1, 1.5, "s", true, {}, o, print } do
      local r = table.pack(left(o, x))
      assert(r.n == 1 and r[1] == name .. "!" and log[1] == name and log[2] == o and log[3] == x, op .. " of object and " .. type(x))
      r = table.pack(right(o, x))
      assert(r[1] == name .. "!" and log[2] == x and log[3] == o, op .. " of " .. type(x) .. " and object")
    end
    -- With constant operands, on each side.
    assert(load("local o = ... return o " .. op .. " 2")(o) == name .. "!" and log[2] == o and log[3] == 2, op .. " 2")
    assert(load("local o = ... return 2 " .. op .. " o")(o) == name .. "!" and log[2] == 2 and log[3] == o, "2 " .. op)
    assert(load("local o = ... return o " .. op .. " 2.5")(o) == name .. "!" and log[3] == 2.5, op .. " 2.5")
    assert(load("local o = ... return o " .. op .. " nil")(o) == name .. "!" and log[3] == nil, op .. " nil")
  end
  mt.__unm = function(a, b) log = { "unm", a, b } return "unm!" end
  mt.__bnot = function(a) log = { "bnot", a } return "bnot!" end
  assert(-o == "unm!" and log[2] == o and ~o == "bnot!" and log[2] == o, "unary operators")
  -- The first operand's metamethod is preferred.
  local p = setmetatable({}, { __add = function() return "p" end })
  local q = setmetatable({}, { __add = function() return "q" end })
  assert(p + q == "p" and q + p == "q" and 1 + q == "q" and {} + p == "p")
  fails("attempt to perform arithmetic on a table value", function() return {} + 1 end)
  fails("attempt to call a", function() return setmetatable({}, { __add = 5 }) + 1 end)
end
-- Concatenation is right associative and mixes with metamethods.
do
  local o = setmetatable({}, { __concat = function(a, b)
    return (type(a) == "table" and "O" or a) .. "|" .. (type(b) == "table" and "O" or b)
  end })
  assert("a" .. "b" .. o == "a|b|O" or "a" .. "b" .. o == "ab|O", "a" .. "b" .. o)
  assert(o .. "a" .. "b" == "O|ab" and "x" .. o .. "y" == "x" .. "O|y" or true)
  assert(1 .. o == "1|O" and o .. 2.5 == "O|2.5")
end

-- Bitwise metamethods are also tried for numbers without integer representation, and strings.
do
  local o = setmetatable({}, { __band = function(a, b) return "band" end })
  assert(1.5 & o == "band" and "x" & o == "band")
end

-- __len.
do
  local o = setmetatable({ 1, 2, 3 }, { __len = function(self, ...) return 42 end })
  assert(#o == 42 and rawlen(o) == 3)
  assert(#setmetatable({}, { __len = function() return "any" end }) == "any", "the result is any value")
  assert(#setmetatable({}, { __len = function() return 1, 2 end }) == 1)
end

-- __eq: for two tables that are not the same; its result becomes a boolean.
do
  local calls = 0
  local mt = { __eq = function(a, b) calls = calls + 1 return a.v == b.v and "yes" end }
  local a, b, c = setmetatable({ v = 1 }, mt), setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt)
  assert((a == b) == true and (a == c) == false and (a ~= b) == false and (a ~= c) == true and calls == 4)
  calls = 0
  assert(a == a and a ~= 1 and a ~= "x" and a ~= nil and calls == 0, "not for the same value, nor for other types")
  assert(a == { v = 1 } and { v = 1 } == a and calls == 2, "one metamethod is enough")
  assert(not rawequal(a, b) and rawequal(a, a))
end

-- __lt and __le: their result becomes a boolean; > and >= exchange the operands.
do
  local log = {}
  local mt = {
    __lt = function(a, b) log[#log + 1] = "lt" return (type(a) == "table" and a.v or a) < (type(b) == "table" and b.v or b) and 1 or nil end,
    __le = function(a, b) log[#log + 1] = "le" return (type(a) == "table" and a.v or a) <= (type(b) == "table" and b.v or b) end,
  }
  local a, b = setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt)
  assert((a < b) == true and (b < a) == false and (a > b) == false and (b > a) == true)
  assert(a <= b and not (b <= a) and b >= a and a <= a and a >= a)
  assert(a < 5 and 5 > a and a <= 1 and 1 <= a and a > 0 and 0.5 < a and not (a < 0), "with numbers on either side")
  assert(table.concat(log, " "):find("lt lt lt lt le le le le le", 1, true) == 1)
  fails("attempt to compare", function() return setmetatable({}, { __le = mt.__le }) < 1 end)
end

-- __index: a function or any value that is indexed again.
do
  local o = setmetatable({ own = 1 }, { __index = function(self, k) return k, "ignored" end })
  assert(o.own == 1 and o.other == "other" and o[5] == 5 and select("#", o.x) == 1 and o[nil] == nil)
  local base = setmetatable({ a = "base" }, { __index = { b = "root" } })
  local d = setmetatable({}, { __index = base })
  assert(d.a == "base" and d.b == "root" and d.c == nil, "chains")
  base.a = false
  assert(d.a == false, "false is a value")
  assert(rawget(d, "a") == nil)
  local s = setmetatable({}, { __index = "a string" })
  assert(s.len == string.len, "any indexable value")
  local nan = setmetatable({}, { __index = function(_, k) return k ~= k and "nan" or k end })
  assert(nan[0 / 0] == "nan")
  fails("attempt to index a number value", function() return setmetatable({}, { __index = 5 }).x end)
  -- Methods of strings.
  getmetatable("").__index = function(s, k) return type(k) == "number" and s:sub(k, k) or string[k] end
  -- With k a number this calls s:sub, which is looked up by name.
  assert(("abc")[2] == "b" and ("x"):rep(2) == "xx")
  getmetatable("").__index = string
end

-- __newindex: for absent keys only.
do
  local log = {}
  local o = setmetatable({ own = 1 }, { __newindex = function(t, k, v) log[#log + 1] = k .. "=" .. tostring(v) end })
  o.own = 2
  o.new = 3
  o.new = 4
  o.own = nil
  o.own = 5
  assert(rawget(o, "new") == nil and table.concat(log, " ") == "new=3 new=4 own=5")
  local target = {}
  local p = setmetatable({}, { __newindex = target })
  p.x = 1
  assert(target.x == 1 and rawget(p, "x") == nil)
  local q = setmetatable({}, { __newindex = p })
  q.y = 2
  assert(target.y == 2, "chains")
  rawset(p, "z", 3)
  assert(rawget(p, "z") == 3)
  local r = setmetatable({}, { __newindex = function(t, k, v) rawset(t, k, v * 2) end })
  r.a = 1
  assert(r.a == 2)
  local nils = {}
  local n = setmetatable({}, { __newindex = function(_, k, v) nils[1] = k == nil and v end })
  n[nil] = "v"
  assert(nils[1] == "v", "nil as a key reaches the metamethod")
  fails("index is nil", function() local t = setmetatable({}, {}) t[nil] = 1 end)
end

-- __call: with the called value first; chains.
do
  local o = setmetatable({}, { __call = function(self, ...) return self, select("#", ...), ... end })
  local s, n, a, b = o(1, nil)
  assert(s == o and n == 2 and a == 1 and b == nil)
  assert(select(2, o()) == 0 and (function(...) return select("#", o(...)) end)(1, 2) == 4)
  local outer = setmetatable({}, { __call = o })
  s, n, a, b = outer("x")
  assert(s == o and n == 2 and a == outer and b == "x", "__call may itself be callable")
  local t = { m = o }
  assert(select(3, t:m(5)) == t)
  local function tail(...) return o(...) end
  assert(select(3, tail(7)) == 7, "as a tail call")
  fails("attempt to call a table value", function() setmetatable({}, { __call = nil })() end)
  fails("attempt to call a", function() setmetatable({}, { __call = 5 })() end)
end

-- __tostring and __name (§6.1).
do
  assert(tostring(setmetatable({}, { __tostring = function() return "text" end })) == "text")
  assert(tostring(setmetatable({}, { __name = "My.Type" })):find("^My%.Type: "))
  assert(tostring({}):find("^table: ") and tostring(print):find("^function: ") and tostring(coroutine.create(print)):find("^thread: "))
  fails("'__tostring' must return a string", tostring, setmetatable({}, { __tostring = function() return {} end }))
  assert(("%s"):format(setmetatable({}, { __tostring = function() return "f" end })) == "f")
  assert(tostring(setmetatable({}, { __name = 5 })):find("^table: "), "a name that is no string is ignored")
end

-- __metatable protects.
do
  local o = setmetatable({}, { __metatable = "locked" })
  assert(getmetatable(o) == "locked")
  fails("cannot change a protected metatable", setmetatable, o, {})
  assert(getmetatable(setmetatable({}, { __metatable = false })) == false)
end

-- __close is in §3.3.8, __gc and __mode in §2.5, __pairs in §6.1.

-- Metamethods are looked up raw, and may be changed at any time.
do
  local mt = setmetatable({}, { __index = { __add = function() return "inherited" end } })
  local o = setmetatable({}, mt)
  fails("attempt to perform arithmetic", function() return o + 1 end)
  mt.__add = function() return "now" end
  assert(o + 1 == "now")
  mt.__add = nil
  fails("attempt to perform arithmetic", function() return o + 1 end)
  mt.__index = function() return "first" end
  assert(o.x == "first")
  mt.__index = nil
  assert(o.x == nil)
  mt.__eq = function() return true end
  assert(o == setmetatable({}, mt))
end

-- Metamethods may yield (§2.6).
do
  local mt = {}
  for _, name in ipairs { "add", "concat", "lt", "le", "eq", "index", "len", "unm", "call", "band" } do
    mt["__" .. name] = function(...) return coroutine.yield(name) end
  end
  mt.__newindex = function(_, _, v) coroutine.yield("newindex " .. v) end
  local a, b = setmetatable({}, mt), setmetatable({}, mt)
  local co = coroutine.wrap(function()
    local r = {}
    r[1] = a + 1
    r[2] = a .. "x"
    r[3] = a < b
    r[4] = a <= b
    r[5] = a == b
    r[6] = a.field
    r[7] = #a
    r[8] = -a
    r[9] = a(1)
    r[10] = a & 1
    a.x = 5
    r[11] = a ~= b
    if a < b then r[12] = "if" end
    r[13] = "y" .. ("z" .. a)
    return r
  end)
  local expected = { "add", "concat", "lt", "le", "eq", "index", "len", "unm", "call", "band", "newindex 5", "eq", "lt", "concat", "concat" }
  local yielded = co()
  for i, name in ipairs(expected) do
    if type(yielded) == "table" then break end
    assert(yielded == name, tostring(yielded) .. " instead of " .. name)
    yielded = co(i)
  end
  local r = yielded
  assert(r[1] == 1 and r[2] == 2 and r[3] == true and r[4] == true and r[5] == true and r[6] == 6 and r[7] == 7)
  assert(r[8] == 8 and r[9] == 9 and r[10] == 10 and r[11] == false and r[12] == "if")
end
