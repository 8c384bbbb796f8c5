--- tries a finalizer that computes
--- expects limit
--- limits {"timeoutMs": 300}
--- holds portable
setmetatable({}, { __gc = function() while true do end end })
collectgarbage()

--- tries finalizers that compute a little, many of them
--- expects limit
--- limits {"timeoutMs": 300}
while true do setmetatable({}, { __gc = function() for _ = 1, 1e4 do end end }) end

--- tries finalizers that make what is finalized, and compute
--- expects limit
--- limits {"timeoutMs": 300}
local mt = {}
function mt.__gc() for _ = 1, 1e4 do end for _ = 1, 2 do setmetatable({}, mt) end end
setmetatable({}, mt)
while true do collectgarbage("step") end

--- tries a __close that computes, of a coroutine that is closed
--- expects limit
--- limits {"timeoutMs": 300}
--- holds portable
local co = coroutine.create(function()
  local _ <close> = setmetatable({}, { __close = function() while true do end end })
  coroutine.yield()
end)
coroutine.resume(co)
coroutine.close(co)

--- tries a __close that computes, after an error
--- expects limit
--- limits {"timeoutMs": 300}
--- holds portable
local _ <close> = setmetatable({}, { __close = function() while true do end end })
error("x")

--- tries a __close that computes, after an error that is caught
--- expects limit
--- limits {"timeoutMs": 300}
pcall(function()
  local _ <close> = setmetatable({}, { __close = function() while true do end end })
  error("x")
end)

--- tries a __close that closes what closes, without end
--- expects limit
--- limits {"timeoutMs": 300}
while true do
  for _ = 1, 100 do
    pcall(function()
      local _ <close> = setmetatable({}, { __close = function() for _ = 1, 1e3 do end error("x") end })
      local _ <close> = setmetatable({}, { __close = function() pcall(error) end })
      error("y")
    end)
  end
end

--- tries comparators that raise, wait, and lie
--- expects returns [false, 1000]
local t, n = {}, 0
for i = 1, 1000 do t[i] = i * 7919 % 1009 end
local ok = pcall(table.sort, t, function(a, b) n = n + 1 if n == 500 then error("x") end return a < b end)
pcall(table.sort, t, function() return math.random(2) == 1 end)
pcall(table.sort, t, function(a, b) if n < 520 then n = n + 1 sleep(0) end return a < b end)
pcall(table.sort, t, function(a, b) return not (a < b) end)
return ok, #t

--- tries comparators without end
--- expects limit
--- limits {"timeoutMs": 300}
local t = {}
for i = 1, 1e5 do t[i] = i end
while true do pcall(table.sort, t, function(a, b) return math.random(2) == 1 end) end

--- tries a comparator that sorts
--- expects returns [true]
local depth = 0
local function less(a, b) depth = depth + 1 if depth < 1e4 then pcall(table.sort, { 3, 2, 1 }, less) end return a < b end
pcall(table.sort, { 3, 2, 1 }, less)
return depth >= 100

--- tries a comparator that grows, shrinks and replaces what is sorted
--- expects returns [true]
local t = {}
for i = 1, 300 do t[i] = i % 17 end
local n = 0
pcall(table.sort, t, function(a, b)
  n = n + 1
  for i = 1, 10 do t[#t + 1] = n end
  if n % 3 == 0 then for i = #t, 100, -1 do t[i] = nil end collectgarbage() end
  return (a or 0) < (b or 0)
end)
return true

--- tries callbacks of gsub that change, call and leave all that they can
--- expects returns [true]
local text = ("abc"):rep(1000)
local n = 0
pcall(string.gsub, text, "(a)(b)", function(a, b)
  n = n + 1
  if n % 100 == 0 then collectgarbage() sleep(0) end
  if n % 150 == 0 then coroutine.wrap(function() coroutine.yield((text:gsub("c", { c = a }))) end)() end
  if n == 900 then error({}) end
  return n % 2 == 0 and (a .. b):rep(100) or false
end)
return n == 900

--- tries a callback of gsub that gives gigabytes
--- expects limit memoryBytes
local s = ("a"):rep(1e6)
return (s:gsub(".", function() return s end))

--- tries replacements of gsub that give gigabytes
--- expects limit memoryBytes
local s = ("a"):rep(1e4)
return (s:rep(100):gsub(".", { a = s }))

--- tries replacements of gsub that repeat all captures
--- expects limit memoryBytes
return (("a"):rep(1e6):gsub("(a+)", ("%1"):rep(1e4)))

--- tries an __index that gsub asks, without end
--- expects limit
--- limits {"timeoutMs": 300}
return (("a"):rep(1e6):gsub(".", setmetatable({}, { __index = function() while true do end end })))

--- tries metamethods that table.move asks
--- expects returns [false, 100]
local n = 0
local from = setmetatable({}, { __index = function(_, i) n = n + 1 if n == 100 then error("x") end return i end })
local to = setmetatable({}, { __newindex = function(t, i) sleep(0) collectgarbage("step") end })
return (pcall(table.move, from, 1, 1e9, 1, to)), n

--- tries metamethods that table.move asks, without end
--- expects limit
--- limits {"timeoutMs": 300}
local from = setmetatable({}, { __index = function(_, i) return i end })
table.move(from, 1, math.maxinteger - 1, 1, setmetatable({}, { __newindex = function() end }))

--- tries table functions on what is never the same
--- expects returns [true]
local n = 0
local t = setmetatable({}, {
  __len = function() n = n + 1 return n * 7919 % 300 end,
  __index = function(_, i) n = n + 1 return n * i % 97 end,
  __newindex = function(t, i, v) n = n + 1 if n % 5 == 0 then rawset(t, i, v) end end,
})
for _ = 1, 50 do
  pcall(table.insert, t, 1) pcall(table.insert, t, 1, 2) pcall(table.remove, t) pcall(table.remove, t, 1)
  pcall(table.concat, t, ",") pcall(table.unpack, t) pcall(table.sort, t) pcall(table.move, t, 1, 100, 50)
end
return true

--- tries a table that is another one after each step
--- expects returns [true]
local t = {}
for i = 1, 200 do t[i] = i end
local mt = {}
mt.__index = function(_, i) setmetatable(t, nil) for k = 1, 200 do t[k] = nil end collectgarbage() setmetatable(t, mt) return i end
setmetatable(t, mt)
for i = 100, 120 do t[i] = nil end
pcall(table.concat, t, ",", 1, 200) pcall(table.sort, t) pcall(table.unpack, t, 1, 200) pcall(table.move, t, 1, 200, 2)
return true

--- tries readers of load that give little, much, nothing and errors
--- expects returns [true]
local n = 0
load(function() n = n + 1 return n < 1e4 and " " or nil end)
load(function() n = n + 1 return n < 2e4 and ("x = 1 "):rep(2) or nil end)
load(function() error({}) end)
load(function() return {} end)
load(function() collectgarbage() n = n + 1 return n % 100 ~= 0 and "x = '" or nil end)
pcall(load, function() return ("("):rep(1000) end)
return n > 2e4

--- tries a reader of load that computes
--- expects limit
--- limits {"timeoutMs": 300}
--- holds portable
load(function() while true do end end)

--- tries a reader of load without end
--- expects limit
--- holds portable
--- limits {"timeoutMs": 1000}
load(function() return "x = 1 " end)

--- tries a __tostring, a __name and a __index that print, format and traceback ask, without end
--- expects limit
--- limits {"timeoutMs": 300}
local t = setmetatable({}, { __tostring = function(t) for _ = 1, 1e3 do end return ("x"):rep(1e3) end })
while true do pcall(tostring, t) pcall(string.format, "%s%q", t, 1) pcall(error, t) pcall(string.rep, t) end

--- tries a message handler that waits and computes
--- expects limit
--- limits {"timeoutMs": 300}
while true do xpcall(error, function() sleep(0) for _ = 1, 1e5 do end end) end

--- tries an update whose function computes, waits, raises and updates
--- expects returns [false, false, false, 1]
return (pcall(State.update, "temp.k", function() sleep(1) end)), (pcall(State.update, "temp.k", function() error("x") end)),
  (pcall(State.update, "temp.k", function() return State.update("temp.k", function() return 2 end) end)),
  (State.update("temp.k", function() return 1 end))

--- tries an update that overflows the stack
--- expects returns [false, 1]
local function deeper() return 1 + deeper() end
return (pcall(State.update, "temp.k", deeper)), (State.update("temp.k", function() return 1 end))

--- tries a watch whose function changes what it watches
--- expects limit
--- limits {"timeoutMs": 500}
State.watch("temp.k", function(v) State.set("temp.k", (v or 0) + 1) end)
State.set("temp.k", 1)
while true do sleep(1) end

--- tries many functions of getinfo, traceback and upvalues on all that there is
--- expects returns [true]
local function each(f, ...) pcall(f, ...) end
local co, long = coroutine.create(function() coroutine.yield() end), ("S"):rep(70) coroutine.resume(co)
for _, what in ipairs { print, each, co, 0, 1, -1, 1e9, math.mininteger, "x", {}, string.gsub, coroutine.wrap(print), io.stdout } do
  for _, options in ipairs { "nSltufrL", ">S", "", "L", "f", "x", long, "\0" } do each(debug.getinfo, what, options) each(debug.getinfo, co, what, options) end
  each(debug.traceback, what) each(debug.traceback, co, what, what) each(debug.getupvalue, what, 1) each(debug.setupvalue, what == each and co or what, 1, 2)
  each(debug.upvalueid, what, 1) each(debug.upvaluejoin, what == each and co or what, 1, each, 1) each(debug.getmetatable, what) each(debug.setmetatable, what, {})
end
return true
