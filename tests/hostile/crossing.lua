--- tries calls to the page without end
--- expects limit
--- limits {"timeoutMs": 500}
for i = 1, math.huge do host.echo(i) end

--- tries calls to the page without end, from coroutines
--- expects limit
--- limits {"timeoutMs": 500}
while true do coroutine.wrap(function() pcall(host.echo, coroutine.yield) host.echo("x") end)() end

--- tries calls to the page with many values, without end
--- expects limit
--- limits {"timeoutMs": 1000}
local t = {} for i = 1, 1e5 do t[i] = i end
while true do host.echo(t) end

--- tries calls to the page with more arguments than JavaScript may take
--- expects returns [true]
local t = {} for i = 1, 2e5 do t[i] = i end
local ok, e = pcall(host.echo, table.unpack(t))
return ok or e:find("RangeError", 1, true) ~= nil

--- tries calls to the page with megabytes of text, without end
--- expects limit
--- limits {"timeoutMs": 1000}
local s = ("x"):rep(5e6)
while true do host.echo(s) end

--- tries calls to the page with megabytes that are no text
--- expects limit
--- limits {"timeoutMs": 1000}
local s = ("\xff"):rep(5e6)
while true do host.echo({ s, { a = s } }) end

--- tries calls to the page with small tables in great numbers
--- expects limit
--- limits {"timeoutMs": 1000}
local t = {} for i = 1, 2e4 do t[i] = { a = { i }, b = {} } end
while true do host.echo(t) end

--- tries host functions that are not there, without end
--- expects limit
--- limits {"timeoutMs": 500}
for i = 1, math.huge do pcall(host["none" .. i]) pcall(function() return host.none() end) for _ in pairs(host) do end end

--- tries host functions that throw, without end
--- expects limit
--- limits {"timeoutMs": 500}
while true do pcall(host.fail) end

--- tries a result of many values
--- expects limit memoryBytes
--- limits {"memoryBytes": 16777216}
local t = {} for i = 1, 1e6 do t[i] = i end
return t

--- tries a result of many texts that are one in Lua
--- expects limit memoryBytes
local s, t = ("x"):rep(1e6), {}
for i = 1, 1000 do t[i] = s end
return t

--- tries messages to State, without end
--- expects limit
--- limits {"timeoutMs": 500}
for i = 1, math.huge do State.set("script.main.k", i) State.get("script.main.k") State.flush() end

--- tries records of many values, without end
--- expects limit
--- limits {"timeoutMs": 1000}
local t = {} for i = 1, 1e5 do t[i] = i end
while true do State.set("script.main.k", t) State.get("script.main.k") State.update("script.main.k", function(v) return v end) end

--- tries to list many keys, without end
--- expects limit
--- limits {"timeoutMs": 1500}
for i = 1, 2e4 do State.set("temp.k" .. i, i) end
while true do State.list("temp.") end

--- tries to sleep for no time, without end
--- expects limit
--- limits {"timeoutMs": 500}
while true do sleep(0) end

--- tries to sleep for no time, in a hundred coroutines
--- expects limit
--- limits {"timeoutMs": 500}
while true do for _ = 1, 100 do coroutine.wrap(function() sleep(0) end)() end end

--- tries output a byte at a time
--- expects limit outputBytes
while true do io.write("x") end

--- tries to yield and to resume, without end
--- expects limit
--- limits {"timeoutMs": 300}
local co = coroutine.wrap(function() while true do coroutine.yield() end end)
while true do co() end

--- tries errors without end, from the deepest place
--- expects limit
--- limits {"timeoutMs": 500}
local function deep(n) if n == 0 then error("x") end return 1 + deep(n - 1) end
while true do pcall(deep, 10000) end

--- tries to overflow the stack without end
--- expects limit
--- limits {"timeoutMs": 500}
local function deeper() return 1 + deeper() end
while true do pcall(deeper) end

--- tries errors in the collector's finalizers, without end
--- expects limit
--- limits {"timeoutMs": 500}
while true do setmetatable({}, { __gc = error }) collectgarbage("step") end

--- tries the collector, without end
--- expects limit
--- limits {"timeoutMs": 500}
local t = {} for i = 1, 3e5 do t[i] = { i } end
while true do collectgarbage() collectgarbage("generational") collectgarbage("step") collectgarbage("incremental") end

--- tries a walk over what is nothing, without end
--- expects limit
--- limits {"timeoutMs": 500}
local t = {} for i = 1, 1e6 do t[i] = i end for i = 1, 1e6 do t[i] = nil end
while true do next(t) for _ in pairs(t) do end local _ = #t end

--- tries long texts as keys, and compares them, without end
--- expects limit
--- limits {"timeoutMs": 500}
local a, b, t = ("x"):rep(5e6) .. "a", ("x"):rep(5e6) .. "b", {}
while true do t[a] = b t[b] = a local _ = a < b, a == b, a .. "" == a end
