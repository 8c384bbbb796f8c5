-- Lua 5.4 reference manual, §3.3: statements.

-- §3.3.1 Blocks: a block limits the scope of its locals.
do
  local x <const> = 1
  do
    local x = 2
    assert(x == 2, "an inner block shadows")
  end
  assert(x == 1, "the outer local is seen again after the inner block")
end
assert(load("do end ; ; ;"), "empty blocks and empty statements are allowed")
assert(load("return;"), "return may be followed by a semicolon")
assert(not load("return 1 local x"), "return is the last statement of a block")
assert(load("do return 1 end local x"), "an explicit block lets return stand in the middle")

-- §3.3.2 Chunks: a chunk is the body of a variadic function and can return values.
do
  local chunk = assert(load("local a, b = ... return b, a, select('#', ...)"))
  local b, a, n = chunk(1, 2, 3)
  assert(a == 1 and b == 2 and n == 3, "a chunk takes arguments and returns values")
  assert(chunk ~= load("return"), "each load gives a new function")
end

-- §3.3.3 Assignment: all expressions are evaluated before the assignment.
do
  local i, a = 3, {}
  i, a[i] = i + 1, 20
  assert(i == 4 and a[3] == 20 and a[4] == nil, "a[i] uses i before its assignment")
  local x, y = 1, 2
  x, y = y, x
  assert(x == 2 and y == 1, "values are exchanged")
  local p, q, r = (function() return 1, 2, 3, 4 end)()
  assert(p == 1 and q == 2 and r == 3, "extra values are thrown away")
  local s, t, u = 1
  assert(s == 1 and t == nil and u == nil, "missing values are nil")
  local v, w = (function() return 1, 2 end)(), 10
  assert(v == 1 and w == 10, "a call that is not last is adjusted to one value")
  local c, d, e = 0, (function() return 1, 2 end)()
  assert(c == 0 and d == 1 and e == 2, "the last call gives all its values")
  local f, g = ((function() return 1, 2 end)())
  assert(f == 1 and g == nil, "parentheses adjust a call to one value")
end
assert(not load("f() = 1"), "a call cannot be assigned to")
assert(not load("(a) = 1"), "an expression in parentheses cannot be assigned to")
assert(not load("a, b + 1 = 1, 2"), "an operation cannot be assigned to")
assert(not load("x"), "a variable is not a statement")
assert(not load("1 + 1"), "an operation is not a statement")

-- §3.3.4 Control structures: only nil and false are false.
do
  local function truth(v) if v then return true else return false end end
  assert(truth(0) and truth("") and truth({}) and truth(0.0), "0, '' and {} are true")
  assert(not truth(nil) and not truth(false), "nil and false are false")
  local function sign(n)
    if n < 0 then return -1 elseif n == 0 then return 0 else return 1 end
  end
  assert(sign(-5) == -1 and sign(0) == 0 and sign(9) == 1, "if, elseif, else")
  local n = 0
  while n < 5 do n = n + 1 end
  assert(n == 5, "while")
  repeat
    local done = n >= 8
    n = n + 1
  until done
  assert(n == 9, "the condition of repeat sees the body's locals")
  local count = 0
  repeat count = count + 1 until true
  assert(count == 1, "the body of repeat runs at least once")
  while true do
    if count == 4 then break end
    count = count + 1
  end
  assert(count == 4, "break ends a while")
  for i = 1, 3 do
    for j = 1, 3 do
      if j == 2 then break end
      count = count + 1
    end
  end
  assert(count == 7, "break ends the innermost loop alone")
end
do
  local ok, message = load("break")
  assert(not ok and message:find("break outside", 1, true), "break needs a loop: " .. tostring(message))
  assert(not load("while true do local f = function() break end end"), "a function's body is not the loop around it")
  assert(load("while true do if x then break; print() end end"), "break may stand in the middle of a block")
end

-- §3.3.4 Goto.
do
  local list = {}
  for i = 1, 5 do
    if i % 2 == 0 then goto continue end
    list[#list + 1] = i
    ::continue::
  end
  assert(table.concat(list, ",") == "1,3,5", "goto as continue")
  local i = 1
  ::again::
  if i < 10 then
    i = i + 1
    goto again
  end
  assert(i == 10, "goto backwards")
  do
    goto out
    i = 0
  end
  ::out::
  assert(i == 10, "goto out of a block")
  local found
  for a = 1, 10 do
    for b = 1, 10 do
      if a * b == 42 then
        found = a .. "*" .. b
        goto done
      end
    end
  end
  ::done::
  assert(found == "6*7", "goto out of nested loops")
  do
    goto last
    local unseen
    ::last::
  end
  do -- The same name in separate functions and in blocks beside each other.
    do goto l1; ::l1:: end
    do goto l1; ::l1:: end
    (function() goto l1; ::l1:: end)()
  end
  do -- Each turn of a loop made by goto has new locals.
    local functions, n = {}, 0
    ::top::
    local x = n
    functions[#functions + 1] = function() return x end
    n = n + 1
    if n < 3 then goto top end
    assert(functions[1]() == 0 and functions[2]() == 1 and functions[3]() == 2, "goto leaves the scope of locals")
  end
end
local function refused(code, text)
  local chunk, message = load(code, "=c")
  assert(chunk == nil, "compiles, but should not: " .. code)
  assert(message:find(text, 1, true), ("%q gives %s instead of %s"):format(code, message, text))
end
refused("goto nowhere", "no visible label 'nowhere' for")
refused("goto inner; do ::inner:: end", "no visible label 'inner'")
refused("goto f; local function g() ::f:: end", "no visible label 'f'")
refused("do goto l end; local x; ::l:: print(x)", "jumps into the scope of local 'x'")
refused("goto l; local a <const> = 1; ::l:: ; print(a)", "jumps into the scope of local 'a'")
refused("::a:: ::a::", "label 'a' already defined on line 1")
refused("::a:: do ::a:: end", "label 'a' already defined")
refused("repeat if x then goto c end; local y; ::c:: until y", "jumps into the scope of local 'y'")
assert(load("goto l; local a; ::l::"), "a label at the end of a block is outside the scope of its locals")
assert(load("goto l; local a; ::l:: ; ;"), "void statements after the label change nothing")
assert(load("goto l; local a; ::l:: ::m::"), "nor do other labels")

-- §3.3.5 The numerical for loop.
local function turns(first, limit, step)
  local list = {}
  for i = first, limit, step do
    list[#list + 1] = i
    assert(#list <= 20, "the loop does not end")
  end
  return list
end
local function numbers(list)
  local texts = {}
  for i, n in ipairs(list) do texts[i] = tostring(n) end
  return table.concat(texts, " ")
end
assert(numbers(turns(1, 3, 1)) == "1 2 3", "upwards")
assert(numbers(turns(3, 1, -1)) == "3 2 1", "downwards")
assert(numbers(turns(1, 10, 4)) == "1 5 9", "by steps")
assert(numbers(turns(1, 0, 1)) == "", "no turn")
assert(numbers(turns(0, 1, -1)) == "", "no turn downwards")
assert(numbers(turns(1, 1, 1)) == "1", "one turn")
assert(numbers(turns(1.0, 3, 1)) == "1.0 2.0 3.0", "a float at the start makes floats")
assert(numbers(turns(1, 2, 0.5)) == "1.0 1.5 2.0", "a float step makes floats")
assert(numbers(turns(1, 3.9, 1)) == "1 2 3", "a float limit is floored, the loop stays of integers")
assert(numbers(turns(3, 0.5, -1)) == "3 2 1", "or rounded up when the step is negative")
assert(numbers(turns(1, math.huge, 1 << 62)) == "1 4611686018427387905", "an infinite limit is clipped, and nothing wraps around")
assert(numbers(turns(-1, -math.huge, math.mininteger)) == "-1", "the same downwards")
assert(numbers(turns(math.maxinteger - 1, math.maxinteger, 1)) == "9223372036854775806 9223372036854775807", "the control variable never wraps around")
assert(numbers(turns(math.mininteger + 1, math.mininteger, -1)) == "-9223372036854775807 -9223372036854775808", "nor downwards")
assert(numbers(turns(math.maxinteger - 4, math.maxinteger, 3)) == "9223372036854775803 9223372036854775806", "nor by steps")
assert(numbers(turns(1, 0 / 0, 1)) == "", "no turn when the limit is NaN")
assert(numbers(turns(1, -math.huge, 1)) == "", "no turn to minus infinity")
assert(numbers(turns(math.mininteger, math.maxinteger, math.maxinteger)) == "-9223372036854775808 -1 9223372036854775806", "the count of turns is unsigned")
do
  local function fails(text, ...)
    local ok, message = pcall(turns, ...)
    assert(not ok and message:find(text, 1, true), tostring(message) .. " instead of " .. text)
  end
  fails("'for' step is zero", 1, 2, 0)
  fails("'for' step is zero", 1.0, 2, 0.0)
  fails("bad 'for' initial value (number expected, got ", {}, 2, 1)
  fails("bad 'for' limit (number expected, got ", 1, {}, 1)
  fails("bad 'for' step (number expected, got ", 1, 2, {})
  local evaluated = 0
  local function once(v) evaluated = evaluated + 1 return v end
  for _ = once(1), once(3), once(1) do end
  assert(evaluated == 3, "the three expressions are evaluated once")
  local last
  for i = 1, 3 do
    last = i
    i = i * 10
  end
  assert(last == 3, "changing the body's variable does not change the loop")
end

-- §3.3.5 The generic for loop.
do
  local function upto(n, i) if i < n then return i + 1, i * i end end
  local list = {}
  for i, square in upto, 3, 0 do list[#list + 1] = i .. ":" .. square end
  assert(table.concat(list, " ") == "1:0 2:1 3:4", "iterator, state, initial value")
  local seen = 0
  for _ in function() seen = seen + 1 return seen < 4 or nil end do end
  assert(seen == 4, "the loop ends at nil")
  seen = 0
  for v in function() seen = seen + 1 if seen == 1 then return false end end do
    assert(v == false, "false does not end the loop")
  end
  assert(seen == 2)
  for a, b, c, d in function(_, x) if not x then return 1, 2 end end do
    assert(a == 1 and b == 2 and c == nil and d == nil, "missing values are nil")
  end
  local callable = setmetatable({}, { __call = function(_, state, i) if i < state then return i + 1 end end })
  local sum = 0
  for i in callable, 4, 0 do sum = sum + i end
  assert(sum == 10, "the iterator may be callable")
  local ok, message = pcall(function() for _ in 5 do end end)
  assert(not ok and message:find("attempt to call a number value", 1, true), tostring(message))
  -- The fourth value is to be closed.
  local closed = {}
  local function closing(name)
    return setmetatable({}, { __close = function(_, e) closed[#closed + 1] = name .. ":" .. tostring(e) end })
  end
  for i in upto, 2, 0, closing("end") do end
  for i in upto, 9, 0, closing("break") do break end
  pcall(function() for i in upto, 9, 0, closing("error") do error("e", 0) end end)
  ;(function() for i in upto, 9, 0, closing("return") do return end end)()
  do
    for i in upto, 9, 0, closing("goto") do goto out end
    ::out::
  end
  assert(table.concat(closed, " ") == "end:nil break:nil error:e return:nil goto:nil", table.concat(closed, " "))
  ok, message = pcall(function() for _ in upto, 1, 0, {} do end end)
  assert(not ok and message:find("got a non-closable value", 1, true), tostring(message))
end

-- §3.3.6 Function calls as statements: all values are thrown away.
do
  local called = 0
  local t = { f = function() called = called + 1 return 1, 2, 3 end }
  function t:m(a, b) called = called + a + b return self end
  t.f()
  t.f "x"
  t.f {}
  t:m(1, 2):m(3, 4)
  assert(called == 13, "calls as statements")
end

-- §3.3.7 Local declarations.
do
  local a, b, c = 1, 2
  assert(a == 1 and b == 2 and c == nil)
  local x = x
  assert(x == nil, "the new local is not in scope in its own expression")
  local function f(n) if n == 0 then return "end" end return f(n - 1) end
  assert(f(3) == "end", "local function is in scope in its body")
  local y <const>, z <const> = 10, "z"
  assert(y == 10 and z == "z")
end
refused("local x <const> = 1; x = 2", "attempt to assign to const variable 'x'")
refused("local x <close> = nil; x = 2", "attempt to assign to const variable 'x'")
refused("local x <const> = 1; function f() x = 2 end", "attempt to assign to const variable 'x'")
refused("local x <const> = 1; local function g() return function() x = 2 end end", "attempt to assign to const variable 'x'")
refused("local x <const> = f(); for _ = 1, 2 do x = 3 end", "attempt to assign to const variable 'x'")
refused("local x <const> = 1; x, y = 1, 2", "attempt to assign to const variable 'x'")
refused("local function f() end local f <const> = 1 function f() end", "attempt to assign to const variable 'f'")
refused("local x <foo> = 1", "unknown attribute 'foo'")
refused("local x <close>, y <close> = nil, nil", "multiple to-be-closed variables in local list")

-- §3.3.8 To-be-closed variables.
do
  local log = {}
  local function closing(name, fails)
    return setmetatable({}, {
      __close = function(_, e)
        log[#log + 1] = name .. (e ~= nil and "(" .. tostring(e) .. ")" or "")
        if fails then error(fails, 0) end
      end,
    })
  end
  local function logged(expected, what)
    local text = table.concat(log, " ")
    log = {}
    assert(text == expected, (what or "") .. ": " .. text .. " instead of " .. expected)
  end
  do
    local a <close> = closing("a")
    local b <close> = closing("b")
    local c <close> = nil
    local d <close> = false
    log[#log + 1] = "body"
  end
  logged("body b a", "closed in reverse order; nil and false are ignored")
  local function returns()
    local a <close> = closing("a")
    return (function() log[#log + 1] = "value" return 7, 8 end)()
  end
  local v, w = returns()
  assert(v == 7 and w == 8, "returned values survive the closing")
  logged("value a", "closed after the returned expressions, which are no tail call")
  for i = 1, 2 do
    local a <close> = closing("turn" .. i)
  end
  logged("turn1 turn2", "each turn closes its own")
  while true do
    local a <close> = closing("break")
    break
  end
  logged("break")
  do
    do
      local a <close> = closing("goto")
      goto away
    end
    ::away::
  end
  logged("goto")
  local ok, e = pcall(function()
    local a <close> = closing("a")
    local b <close> = closing("b")
    error("first", 0)
  end)
  assert(not ok and e == "first")
  logged("b(first) a(first)", "closed with the error")
  ok, e = pcall(function()
    local a <close> = closing("a")
    local b <close> = closing("b", "from b")
    local c <close> = closing("c", "from c")
    error("first", 0)
  end)
  assert(not ok and e == "from b", "an error in a closing method replaces the error")
  logged("c(first) b(from c) a(from b)", "and the next ones get it")
  ok, e = pcall(function()
    local a <close> = closing("a")
    local b <close> = closing("b", "from b")
    return 1
  end)
  assert(not ok and e == "from b", "an error while a normal end closes")
  logged("b a(from b)")
  ok, e = pcall(function() local a <close> = {} end)
  assert(not ok and e:find("variable 'a' got a non-closable value", 1, true), tostring(e))
  ok, e = pcall(function() local a <close> = 42 end)
  assert(not ok and e:find("variable 'a' got a non-closable value", 1, true), tostring(e))
  -- The metamethod is found when it is closed; the value is checked when it is assigned.
  ok, e = pcall(function()
    local a <close> = closing("gone")
    getmetatable(a).__close = nil
  end)
  assert(not ok and e:find("metamethod 'close'", 1, true), tostring(e))
  logged("")
  local first, second
  do
    local a <close> = setmetatable({}, { __close = function(...) first, second = select("#", ...), select(2, ...) end })
  end
  assert(second == nil and first >= 1, "nil as the error at a normal end")
  do -- Closing methods may be nested, and catch errors.
    local outer <close> = setmetatable({}, {
      __close = function()
        local inner <close> = closing("inner")
        log[#log + 1] = "outer"
        pcall(error)
      end,
    })
  end
  logged("outer inner")
  do -- In a coroutine that is closed, and one that yields in its closing method.
    local co = coroutine.create(function()
      local a <close> = closing("a")
      local b <close> = closing("b")
      coroutine.yield(1)
    end)
    coroutine.resume(co)
    logged("", "not closed while it is suspended")
    assert(coroutine.close(co) and coroutine.status(co) == "dead")
    logged("b a", "closed by coroutine.close")
    co = coroutine.wrap(function()
      local a <close> = setmetatable({}, { __close = function() coroutine.yield("closing") log[#log + 1] = "closed" end })
      return "returned"
    end)
    assert(co() == "closing", "a closing method may yield")
    logged("")
    assert(co() == "returned")
    logged("closed")
    co = coroutine.wrap(function()
      local ok, e = pcall(function()
        local a <close> = setmetatable({}, { __close = function(_, e) coroutine.yield("in error") log[#log + 1] = e end })
        error("thrown", 0)
      end)
      return ok, e
    end)
    assert(co() == "in error", "and may do so after an error")
    local ok, e = co()
    assert(ok == false and e == "thrown")
    logged("thrown")
  end
end
