-- Lua 5.4 reference manual, §6.1: basic functions. (Errors are in 2.3, collectgarbage in 2.5.)

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

assert(_G._G == _G and _VERSION == "Lua 5.4")

-- getmetatable, setmetatable.
do
  local t, mt = {}, {}
  assert(getmetatable(t) == nil and setmetatable(t, mt) == t and getmetatable(t) == mt and setmetatable(t, nil) == t and getmetatable(t) == nil)
  assert(getmetatable("").__index == string and getmetatable(1) == nil and getmetatable(nil) == nil and getmetatable(print) == nil)
  fails("nil or table expected", setmetatable, {}, 1)
  fails("nil or table expected", setmetatable, {})
  fails("table expected, got nil", setmetatable, nil, {})
  fails("value expected", getmetatable)
end

-- type.
assert(type(nil) == "nil" and type(type(nil)) == "string")
fails("value expected", type)

-- rawequal, rawget, rawlen, rawset.
do
  local trap = function() error("a metamethod was called") end
  local mt = { __eq = trap, __index = trap, __newindex = trap, __len = trap }
  local a, b = setmetatable({ 1, 2 }, mt), setmetatable({}, mt)
  assert(rawequal(a, a) and not rawequal(a, b) and rawequal(1, 1.0) and not rawequal(1, "1") and rawequal("x", "x") and rawequal(nil, nil))
  assert(rawget(a, 1) == 1 and rawget(a, "x") == nil and rawget(a, 1.0) == 1)
  assert(rawset(a, "x", 5) == a and rawget(a, "x") == 5)
  assert(rawlen(a) == 2 and rawlen("abc") == 3 and rawlen({}) == 0)
  fails("table or string expected", rawlen, 5)
  fails("table expected", rawget, "x", 1)
  fails("table expected", rawset, "x", 1, 2)
  fails("value expected", rawequal, 1)
  fails("index is nil", rawset, {}, nil, 1)
  fails("index is NaN", rawset, {}, 0 / 0, 1)
end

-- next.
do
  assert(next({}) == nil and select("#", next({})) == 1)
  local k, v = next({ 10 })
  assert(k == 1 and v == 10)
  assert(next({ 10 }, 1) == nil)
  local t, seen, n = { 1, 2, 3, x = 4, [2.5] = 5, [true] = 6 }, {}, 0
  local key, value = next(t)
  while key ~= nil do
    assert(t[key] == value and not seen[key])
    seen[key], n = true, n + 1
    key, value = next(t, key)
  end
  assert(n == 6)
  fails("invalid key to 'next'", next, {}, "no such key")
  fails("table expected", next, 1)
  -- Fields may be cleared and changed during a traversal.
  for i = 1, 100 do t["k" .. i] = i end
  n = 0
  for k in pairs(t) do t[k] = nil n = n + 1 end
  assert(n == 106 and next(t) == nil)
  t = { a = 1, b = 2, c = 3 }
  for k, v in pairs(t) do t[k] = v * 10 end
  assert(t.a == 10 and t.b == 20 and t.c == 30)
end

-- pairs and __pairs.
do
  local f, s, i = pairs({})
  assert(f == next and type(s) == "table" and i == nil)
  local order = {}
  for k, v in pairs { "a", "b", "c" } do order[#order + 1] = k .. v end
  assert(table.concat(order) == "1a2b3c", "the array part goes in order")
  local o = setmetatable({}, { __pairs = function(self) return function(_, k) if k < 3 then return k + 1, self end end, self, 0, "ignored" end })
  local n = 0
  for k, v in pairs(o) do n = n + k assert(v == o) end
  assert(n == 6 and select("#", pairs(o)) == 3)
  fails("table expected, got nil", function() for _ in pairs(nil) do end end)
  fails("bad argument #1", pairs)
end

-- ipairs: up to the first nil; honours __index.
do
  local n = 0
  for i, v in ipairs { 1, 2, nil, 4 } do n = n + v assert(i == v) end
  assert(n == 3)
  local o = setmetatable({}, { __index = function(_, i) if i <= 5 then return i * i end end })
  n = 0
  for i, v in ipairs(o) do n = n + v end
  assert(n == 55)
  local f, s, i = ipairs(o)
  assert(type(f) == "function" and s == o and i == 0)
  local one, value = f({ "x" }, 0)
  assert(one == 1 and value == "x")
  n = 0
  for _ in ipairs({}) do n = n + 1 end
  for _, v in ipairs { false, false } do n = n + 1 end
  assert(n == 2, "false does not end it")
  fails("bad argument #1", ipairs)
  n = 0
  for _, c in ipairs("abc") do n = n + 1 end
  assert(n == 0, "any value that can be indexed")
end

-- select.
assert(select("#") == 0 and select("#", nil, nil) == 2 and select(2, "a", "b", "c") == "b" and select("#", select(2, 1, 2, 3)) == 2)
assert(select(-1, "a", "b") == "b" and select(-2, "a", "b") == "a" and select("#", select(4, 1, 2, 3)) == 0 and select("#", select(3, 1, 2)) == 0)
assert(select("2", 5, 6) == 6)
fails("index out of range", select, 0)
fails("index out of range", select, -3, 1, 2)
fails("number expected", select, "x")
fails("number expected", select)

-- tonumber.
do
  local function is(v, n) assert(math.type(v) == math.type(n) and v == n, tostring(v) .. " instead of " .. tostring(n)) end
  is(tonumber(5), 5) is(tonumber(5.5), 5.5) is(tonumber("5"), 5) is(tonumber("5.0"), 5.0) is(tonumber("0x1F"), 31) is(tonumber("  12  "), 12)
  is(tonumber("-7"), -7) is(tonumber("+7"), 7) is(tonumber("1e2"), 100.0) is(tonumber(".5"), 0.5) is(tonumber("5."), 5.0) is(tonumber("0x.8"), 0.5) is(tonumber("0x1p-2"), 0.25)
  is(tonumber("-0x10"), -16) is(tonumber("9223372036854775807"), math.maxinteger) is(tonumber("9223372036854775808"), 2.0 ^ 63) is(tonumber("-9223372036854775808"), math.mininteger)
  is(tonumber("-9223372036854775809"), -2.0 ^ 63) is(tonumber("0xffffffffffffffff"), -1) is(tonumber("1e1000"), math.huge) is(tonumber("1E+2"), 100.0)
  assert(1 / tonumber("-0.0") == -math.huge and tonumber("-0") == 0)
  for _, s in ipairs { "", " ", "abc", "1a", "1 2", "0x", "1e", "--1", "+-1", "- 1", "1e+", "inf", "nan", "Infinity", "1..2", ".", "e1", "0x1p", "1\0", "1_000", "0b1", "1,5", "١" } do
    assert(tonumber(s) == nil, s)
  end
  assert(tonumber(nil) == nil and tonumber({}) == nil and tonumber(true) == nil and select("#", tonumber("x")) == 1)
  fails("value expected", tonumber)
  -- With a base.
  is(tonumber("10", 2), 2) is(tonumber("ff", 16), 255) is(tonumber("FF", 16), 255) is(tonumber("zZ", 36), 1295) is(tonumber("  -77  ", 8), -63) is(tonumber("7fffffffffffffff", 16), math.maxinteger)
  is(tonumber("ffffffffffffffff", 16), -1) is(tonumber("1" .. ("0"):rep(64), 2), 0) is(tonumber("11", 10), 11) is(tonumber("-1", 36), -1) is(tonumber("0", 2), 0)
  for _, case in ipairs { { "2", 2 }, { "8", 8 }, { "g", 16 }, { "", 10 }, { "1.5", 10 }, { "0x10", 16 }, { "1 2", 10 }, { "+1", 10, nil }, { "1e1", 10 }, { "-", 10 }, { "- 1", 10 } } do
    local v = tonumber(case[1], case[2])
    if case[1] ~= "+1" then assert(v == nil, case[1]) end
  end
  fails("base out of range", tonumber, "1", 1)
  fails("base out of range", tonumber, "1", 37)
  fails("string expected, got number", tonumber, 1, 10)
  fails("string expected, got nil", tonumber, nil, 10)
end

-- tostring.
assert(tostring(nil) == "nil" and tostring(true) == "true" and tostring("x") == "x" and tostring(-1) == "-1" and tostring(1.0) == "1.0")
do local t = {} assert(tostring(t) == tostring(t) and tostring(t) ~= tostring({})) end
fails("value expected", tostring)

-- load: strings and readers.
do
  assert(load("return 1")() == 1 and load("")() == nil and select("#", load("")()) == 0)
  local parts, i = { "ret", "urn ", "", "never" }, 0
  assert(load(function() i = i + 1 return parts[i] end)() == nil, "an empty piece ends the chunk")
  parts, i = { "local a = ...", " return a", " * 2" }, 0
  assert(load(function() i = i + 1 return parts[i] end)(21) == 42)
  assert(load(function() return nil end)() == nil)
  local _, f, e = pcall(load, function() error("reader", 0) end)
  assert(f == nil and e == "reader", "an error of the reader")
  f, e = load(function() return {} end)
  assert(f == nil and e:find("reader function must return a string", 1, true))
  f, e = load("x =", "=name")
  assert(f == nil and e == "name:1: unexpected symbol near <eof>", e)
  f, e = load("x = = 1", "@file.lua")
  assert(f == nil and e == "file.lua:1: unexpected symbol near '='", e)
  f, e = load("\n\nfor", "some code\nwith lines")
  assert(f == nil and e == "[string \"some code...\"]:3: <name> expected near <eof>", e)
  f, e = load("return 1 1", ("x"):rep(100))
  assert(f == nil and e:find("^%[string \"x+%.%.%.\"%]:1: ") and #e < 100, e)
  f, e = load("return x", "c", "t", { x = 5 })
  assert(f() == 5)
  assert(load("x = 1", "c", "bt", {}))
  f, e = load("return", "c", "b")
  assert(f == nil and type(e) == "string", "text with mode b")
  f, e = load("\27Lua", "c", "t")
  assert(f == nil and type(e) == "string", "binary with mode t")
  fails("function expected", load, {})
  fails("function expected", load)
  local env = {}
  load("a = 1; function b() return a end", "c", "t", env)()
  assert(env.a == 1 and env.b() == 1 and a == nil and b == nil)
  local up = load("local n = ... return function() n = n + 1 return n end")
  assert(up(1)() == 2 and up(5)() == 6)
  -- Syntax errors.
  local function refused(code, text)
    local chunk, message = load(code, "=c")
    assert(chunk == nil and message:find(text, 1, true), ("%q gives %s instead of %s"):format(code, tostring(message), text))
  end
  refused("if x then", "'end' expected near <eof>")
  refused("if x then\n\n", "c:3: 'end' expected (to close 'if' at line 1) near <eof>")
  refused("for i = 1 do end", "',' expected near 'do'")
  refused("for i, in x do end", "<name> expected near 'in'")
  refused("x = }", "unexpected symbol near '}'")
  refused("f(", "unexpected symbol near <eof>")
  refused("local function end", "<name> expected near 'end'")
  refused("return return", "unexpected symbol near 'return'")
  refused("x = {1, 2", "'}' expected near <eof>")
  refused("end", "<eof> expected near 'end'")
  refused("x.1 = 2", "near '.1'")
  refused("local x <const", "'>' expected near <eof>")
  refused("a.b:c = 1", "near '='")
  refused("x = function() return ... end", "cannot use '...' outside a vararg function near '...'")
  refused(("("):rep(300) .. "1" .. (")"):rep(300), "overflow")
  refused(("do "):rep(300) .. ("end "):rep(300), "overflow")
end

-- print is in 6.1-print.lua; warn.
warn("@off")
warn("not shown, ", "in pieces")
fails("string expected", warn)
fails("string expected", warn, {})
