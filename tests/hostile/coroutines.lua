--- tries to close the coroutine that it runs in
--- expects returns [false]
return (pcall(coroutine.close, coroutine.running()))

--- tries to close its caller
--- expects returns [false]
local main = coroutine.running()
return coroutine.wrap(function() return (pcall(coroutine.close, main)) end)()

--- tries to resume its caller
--- expects returns [false, true]
local main = coroutine.running()
return coroutine.wrap(function() local ok, e = coroutine.resume(main) return ok, type(e) == "string" end)()

--- tries to resume itself
--- expects returns [false, true]
local ok, e = coroutine.resume(coroutine.running())
return ok, type(e) == "string"

--- tries to yield out of the main chunk
--- expects error outside a coroutine
coroutine.yield(1)

--- tries to yield out of the main chunk in pcall
--- expects returns [false]
return (pcall(coroutine.yield, 1))

--- tries to wrap its caller
--- expects returns [false]
return (pcall(coroutine.wrap, coroutine.running()))

--- tries coroutine.close on what waits
--- expects returns [true, "dead"]
local co = coroutine.create(function() local t <close> = setmetatable({}, { __close = function() x = 1 end }) coroutine.yield() end)
coroutine.resume(co)
return coroutine.close(co), coroutine.status(co)

--- tries an error in __close of a closed coroutine
--- expects returns [false, "in close"]
local co = coroutine.create(function() local t <close> = setmetatable({}, { __close = function() error("in close", 0) end }) coroutine.yield() end)
coroutine.resume(co)
return coroutine.close(co)

--- tries a __close that never ends when its coroutine is closed
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
local co = coroutine.create(function() local t <close> = setmetatable({}, { __close = function() while true do end end }) coroutine.yield() end)
coroutine.resume(co)
coroutine.close(co)

--- tries a __close that waits when its coroutine is closed
--- expects returns [true]
local co = coroutine.create(function() local t <close> = setmetatable({}, { __close = function() pcall(sleep, 1) end }) coroutine.yield() end)
coroutine.resume(co)
return coroutine.close(co)

--- tries a __close that yields across its end
--- expects returns [1, "closed"]
local co = coroutine.wrap(function() local t <close> = setmetatable({}, { __close = function() coroutine.yield("closed") end }) return 1 end)
local first = co()
return 1, first

--- tries many to-be-closed variables that all raise
--- expects error last
local function f(n)
  local t <close> = setmetatable({}, { __close = function() error(n == 1 and "last" or "e" .. n, 0) end })
  if n < 100 then f(n + 1) end
end
f(1)

--- tries a to-be-closed variable without __close
--- expects error non-closable
local t <close> = {}

--- tries to take __close away before it is called
--- expects error
local m = { __close = function() end }
local t <close> = setmetatable({}, m)
m.__close = nil

--- tries a __close that replaces the stop's error
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
local t <close> = setmetatable({}, { __close = function() error("mine") end })
while true do end

--- tries a pcall around the stop
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
while true do pcall(function() while true do end end) end

--- tries an xpcall whose handler goes on after the stop
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
while true do xpcall(function() while true do end end, function() while true do end end) end

--- tries a coroutine that catches the stop
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
while true do coroutine.resume(coroutine.create(function() pcall(function() while true do end end) end)) end

--- tries a chain of coroutines
--- expects error overflow
local function f() return coroutine.wrap(f)() end
f()

--- tries coroutines without end
--- expects limit memoryBytes
--- limits {"memoryBytes": 4194304}
local t = {}
while true do t[#t + 1] = coroutine.create(function() end) end

--- tries to wait in a comparator
--- expects returns [true]
local ok, e = pcall(table.sort, { 3, 2, 1 }, function(a, b) sleep(1) return a < b end)
return ok or e.code == "CANNOT_WAIT"

--- tries to yield in a comparator
--- expects returns [false]
local co = coroutine.create(function() table.sort({ 3, 2, 1 }, function(a, b) coroutine.yield() return a < b end) end)
return (coroutine.resume(co))

--- tries to resume a coroutine from a finalizer, while it runs
--- expects returns [1]
local co
co = coroutine.create(function()
  setmetatable({}, { __gc = function() coroutine.resume(co) pcall(coroutine.close, co) end })
  collectgarbage()
  return 1
end)
return select(2, coroutine.resume(co))

--- tries to resurrect what is finalized
--- expects returns [true]
local kept
do local t = setmetatable({ "alive" }, { __gc = function(t) kept = t end }) end
collectgarbage() collectgarbage()
return kept == nil or kept[1] == "alive"

--- tries a finalizer that makes finalizers
--- expects returns [1]
local function again() setmetatable({}, { __gc = again }) end
again()
for _ = 1, 100 do collectgarbage() end
return 1

--- tries finalizers that never end when the run does
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
for _ = 1, 10 do setmetatable({}, { __gc = function() while true do end end }) end

--- tries finalizers that raise
--- expects returns [1]
for _ = 1, 100 do setmetatable({}, { __gc = function() error(setmetatable({}, { __tostring = error })) end }) end
collectgarbage()
return 1

--- tries a finalizer that prints after the run
--- expects returns [1]
setmetatable({}, { __gc = function() print("late") end })
return 1

--- tries a finalizer that calls the host after the run
--- expects returns [1]
setmetatable({}, { __gc = function() pcall(host.echo, 1) pcall(sleep, 1) pcall(State.set, "script.main.late", 1) end })
return 1

--- tries to stop the collector
--- expects limit memoryBytes
--- limits {"memoryBytes": 4194304}
collectgarbage("stop")
local t
while true do t = { t } end

--- tries the collector's options
--- expects returns [true]
for _, o in ipairs { "stop", "restart", "collect", "step", "count", "isrunning", "generational", "incremental", "setpause", "setstepmul" } do pcall(collectgarbage, o, math.maxinteger) end
return true
