-- Lua 5.4 reference manual, §2.6 coroutines, §6.2 the coroutine library.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

-- The manual's example.
do
  local log = {}
  local function show(...) log[#log + 1] = table.concat({ ... }, " ", 1, select("#", ...)) end
  local function foo(a) show("foo", a) return coroutine.yield(2 * a) end
  local co = coroutine.create(function(a, b)
    show("co-body", a, b)
    local r = foo(a + 1)
    show("co-body", r)
    local r, s = coroutine.yield(a + b, a - b)
    show("co-body", r, s)
    return b, "end"
  end)
  local function resume(...)
    local r = table.pack(coroutine.resume(co, ...))
    for i = 1, r.n do r[i] = tostring(r[i]) end
    show("main", table.unpack(r, 1, r.n))
  end
  resume(1, 10) resume("r") resume("x", "y") resume("x", "y")
  assert(table.concat(log, "\n") == [[
co-body 1 10
foo 2
main true 4
co-body r
main true 11 -9
co-body x y
main true 10 end
main false cannot resume dead coroutine]], table.concat(log, "\n"))
end

-- create, resume, status.
do
  local co
  co = coroutine.create(function()
    assert(coroutine.status(co) == "running")
    local inner = coroutine.create(function() assert(coroutine.status(co) == "normal", "one that resumed another is normal") end)
    assert(coroutine.status(inner) == "suspended")
    assert(coroutine.resume(inner))
    assert(coroutine.status(inner) == "dead")
    coroutine.yield()
  end)
  assert(type(co) == "thread" and coroutine.status(co) == "suspended")
  assert(coroutine.resume(co) and coroutine.status(co) == "suspended")
  assert(coroutine.resume(co) and coroutine.status(co) == "dead")
  local failing = coroutine.create(function() error({ code = 1 }) end)
  local ok, e = coroutine.resume(failing)
  assert(not ok and e.code == 1 and coroutine.status(failing) == "dead")
  ok, e = coroutine.resume(failing)
  assert(not ok and e == "cannot resume dead coroutine")
  local self = coroutine.running()
  ok, e = coroutine.resume(self)
  assert(not ok and e == "cannot resume non-suspended coroutine", tostring(e))
  co = coroutine.create(function() return coroutine.resume(co) end)
  local r = table.pack(coroutine.resume(co))
  assert(r[1] == true and r[2] == false and r[3] == "cannot resume non-suspended coroutine", "itself")
  local outer
  outer = coroutine.create(function()
    return coroutine.resume(coroutine.create(function() return coroutine.resume(outer) end))
  end)
  r = table.pack(coroutine.resume(outer))
  assert(r[1] and r[2] and r[3] == false and r[4] == "cannot resume non-suspended coroutine", "one that is normal")
end
fails("function expected", coroutine.create, 1)
fails("function expected", coroutine.create)
fails("function expected", coroutine.wrap, {})
fails("thread expected", coroutine.resume, 1)
fails("thread expected", coroutine.status)
fails("thread expected", coroutine.close, {})

-- Values in and out, of any number.
do
  local co = coroutine.wrap(function(...)
    local n = select("#", ...)
    while true do n = select("#", coroutine.yield(n)) end
  end)
  assert(co() == 0 and co(nil) == 1 and co(nil, nil, nil) == 3 and co() == 0 and co(table.unpack({}, 1, 200)) == 200)
  co = coroutine.wrap(function() coroutine.yield(table.unpack({}, 1, 300)) return nil, nil end)
  assert(select("#", co()) == 300 and select("#", co()) == 2)
  assert(select("#", coroutine.resume(coroutine.create(function() end))) == 1)
end

-- wrap: errors go on to the caller, with a position when they are strings.
do
  local w = coroutine.wrap(function() error("in wrap") end)
  local ok, e = pcall(w)
  assert(not ok and e:find("in wrap$"), tostring(e))
  ok, e = pcall(w)
  assert(not ok and e:find("cannot resume dead coroutine", 1, true), tostring(e))
  local t = {}
  w = coroutine.wrap(function() error(t) end)
  assert(select(2, pcall(w)) == t, "other values as they are")
  local closed
  w = coroutine.wrap(function()
    local c <close> = setmetatable({}, { __close = function(_, e) closed = e end })
    error("x", 0)
  end)
  assert(not pcall(w) and closed == "x", "wrap closes what is to be closed")
  w = coroutine.wrap(function() return pcall(w) end)
  local inner_ok, inner_e = select(1, w())
  assert(inner_ok == false, "a wrap within itself")
  local list = {}
  for i in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do list[#list + 1] = i end
  assert(table.concat(list, " ") == "1 2 3", "wrap as an iterator")
end

-- running and isyieldable.
do
  local main, is_main = coroutine.running()
  assert(type(main) == "thread" and is_main == true, "the main coroutine")
  assert(coroutine.isyieldable() == false and coroutine.status(main) == "running")
  local co
  co = coroutine.create(function()
    local me, main2 = coroutine.running()
    assert(me == co and main2 == false and coroutine.isyieldable() == true)
    assert(coroutine.isyieldable(main) == false and coroutine.status(main) == "normal")
    coroutine.yield()
  end)
  assert(coroutine.isyieldable(co) == true, "one that has not begun")
  assert(coroutine.resume(co))
  assert(coroutine.isyieldable(co) == true)
  assert(coroutine.running() == main, "the same every time")
  co = coroutine.create(function()
    local seen
    table.sort({ 2, 1 }, function(a, b) seen = coroutine.isyieldable() return a < b end)
    return seen
  end)
  assert(select(2, coroutine.resume(co)) == false, "not within a C function")
end

-- yield from where it cannot.
fails("outside a coroutine", coroutine.yield)
do
  local co = coroutine.create(function() table.sort({ 1, 2, 3 }, coroutine.yield) end)
  local ok, e = coroutine.resume(co)
  assert(not ok and e:find("attempt to yield across a C-call boundary", 1, true), tostring(e))
  co = coroutine.wrap(function() return pcall(string.gsub, "x", ".", function() coroutine.yield() end) end)
  local ok2, e2 = co()
  assert(ok2 == false and e2:find("C%-call boundary"), tostring(e2))
end

-- yield within pcall, xpcall, metamethods, iterators, tail calls.
do
  local co = coroutine.wrap(function()
    local ok, v = pcall(function() local x = coroutine.yield("in pcall") error(x, 0) end)
    assert(not ok and v == "thrown")
    ok, v = xpcall(function() coroutine.yield("in xpcall") error("e", 0) end, function(m) return m .. "!" end)
    assert(not ok and v == "e!")
    for x in function() return coroutine.yield("in iterator") end do assert(x == "item") end
    local t = setmetatable({}, { __index = function(_, k) return coroutine.yield("in __index") end })
    assert(t.x == "field")
    return (function() return coroutine.yield("in tail call") end)()
  end)
  assert(co() == "in pcall" and co("thrown") == "in xpcall" and co() == "in iterator" and co("item") == "in iterator")
  assert(co(nil) == "in __index" and co("field") == "in tail call" and co("result") == "result")
  -- Nested pcalls survive many yields.
  co = coroutine.wrap(function()
    local function nest(n)
      if n == 0 then coroutine.yield("deep") error("up", 0) end
      local ok, e = pcall(nest, n - 1)
      coroutine.yield(n)
      error(e, 0)
    end
    return pcall(nest, 10)
  end)
  assert(co() == "deep")
  for i = 1, 10 do assert(co() == i) end
  local ok, e = co()
  assert(ok == false and e == "up")
end

-- close.
do
  local co = coroutine.create(function() coroutine.yield() end)
  assert(coroutine.close(co) == true and coroutine.status(co) == "dead", "one that has not begun")
  assert(coroutine.close(co) == true, "a dead one")
  co = coroutine.create(function() error("e", 0) end)
  coroutine.resume(co)
  local ok, e = coroutine.close(co)
  assert(ok == false and e == "e", "one that failed gives its error")
  assert(coroutine.close(co) == true, "once")
  local log = {}
  local function closing(name, v)
    return setmetatable({}, { __close = function(_, e) log[#log + 1] = name .. ":" .. tostring(e) if v then error(v, 0) end end })
  end
  co = coroutine.create(function()
    local a <close> = closing("a")
    local b <close> = closing("b", "from b")
    local c <close> = closing("c")
    coroutine.yield()
  end)
  coroutine.resume(co)
  ok, e = coroutine.close(co)
  assert(ok == false and e == "from b" and table.concat(log, " ") == "c:nil b:nil a:from b", table.concat(log, " "))
  fails("cannot close a running coroutine", coroutine.close, (coroutine.running()))
  local outer
  outer = coroutine.create(function()
    return coroutine.resume(coroutine.create(function() return coroutine.close(outer) end))
  end)
  local _, inner, message = coroutine.resume(outer)
  assert(inner == false and message:find("cannot close a normal coroutine", 1, true), tostring(message))
end

-- Coroutines do not share their stacks, and errors stay within them.
do
  local producer = coroutine.create(function() for i = 1, 3 do coroutine.yield(i) end return "done" end)
  local function filter(source) return coroutine.create(function()
    while true do
      local _, v = coroutine.resume(source)
      coroutine.yield(type(v) == "number" and v * 10 or v)
      if v == "done" then return end
    end
  end) end
  local f = filter(filter(producer))
  local list = {}
  for i = 1, 4 do list[i] = tostring(select(2, coroutine.resume(f))) end
  assert(table.concat(list, " ") == "100 200 300 done")
  local many = {}
  for i = 1, 1000 do many[i] = coroutine.wrap(function(a) while true do a = a + coroutine.yield(a) end end) many[i](i) end
  for i = 1, 1000 do assert(many[i](1) == i + 1) end
  local co = coroutine.create(function() local function endless() return 1 + endless() end endless() end)
  local ok, e = coroutine.resume(co)
  assert(not ok and e:find("stack overflow", 1, true), "an overflow in a coroutine")
end
do -- Permutations, recursively.
  local function permutations(list)
    local function permute(n)
      if n == 0 then coroutine.yield(table.concat(list)) return end
      for i = 1, n do
        list[n], list[i] = list[i], list[n]
        permute(n - 1)
        list[n], list[i] = list[i], list[n]
      end
    end
    return coroutine.wrap(function() permute(#list) end)
  end
  local seen, n = {}, 0
  for p in permutations { "a", "b", "c", "d" } do assert(not seen[p]) seen[p] = true n = n + 1 end
  assert(n == 24)
end
do -- A traceback of a coroutine; wrapped functions garbage collect.
  local co = coroutine.create(function() local function inside() coroutine.yield() end inside() end)
  coroutine.resume(co)
  assert(debug.traceback(co):find("inside", 1, true))
  assert(debug.traceback(co, "message"):find("^message\nstack traceback:"))
  for i = 1, 2000 do coroutine.wrap(function() coroutine.yield() end)() end
end
