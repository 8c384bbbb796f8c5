--- tries JSON of six times its text
--- expects limit memoryBytes
--- limits {"memoryBytes": 16777216}
local s, t = ("\1"):rep(1000000), {}
for i = 1, 14 do t[i] = s end
return #json.encode(t)

--- tries JSON of control characters in its keys
--- expects limit memoryBytes
local t = {}
for i = 1, 60 do t[("\1"):rep(1000000) .. i] = true end
return #json.encode(t)

--- tries to decode and to encode without end
--- expects limit
--- limits {"timeoutMs": 500}
local s = json.encode(json.decode("[" .. ("[1,{}],"):rep(3e4) .. "0]"))
while true do s = json.encode(json.decode(s)) end

--- tries to decode keys of one hash, and keys that are all the same
--- expects returns [1]
local n = 0
for _ in pairs(json.decode("{" .. ('"a":1,'):rep(3e5) .. '"a":2}')) do n = n + 1 end
return n

--- tries a record of six times its text
--- expects code INVALID_VALUE
local s, t = ("\1"):rep(1000000), {}
for i = 1, 62 do t[i] = s end
State.set("script.main.k", t)

--- tries to store without end
--- expects limit memoryBytes
--- limits {"memoryBytes": 8388608}
local s = ("x"):rep(100000)
for i = 1, math.huge do State.set("temp.k" .. i, s) end

--- tries to store empty records without end
--- expects limit
--- limits {"memoryBytes": 8388608, "timeoutMs": 10000}
for i = 1, math.huge do State.set("temp." .. i, true) end

--- tries to store and to delete without end
--- expects limit
--- limits {"timeoutMs": 500}
local s = ("x"):rep(1000000)
for i = 1, math.huge do State.set("temp.k" .. i, s) State.delete("temp.k" .. i) end

--- tries to ask for keys without end
--- expects limit
--- limits {"timeoutMs": 500}
for i = 1, math.huge do State.get("script.main." .. i) State.list("script.main." .. i) end

--- tries watches of what is large
--- expects limit
--- limits {"timeoutMs": 3000}
local function register(read) State.register({ ["my.ns"] = { read = read, write = true } }) end
register(true)
local big = ("x"):rep(20000000)
for i = 1, math.huge do
  local key = "my.ns.k" .. i % 60
  if i <= 60 then State.watch(key, function() end) end
  State.set(key, big)
  register(false) State.delete(key) register(true)
end

--- tries watches without end
--- expects error too many watches
for i = 1, math.huge do State.watch("temp.k", function() end) end

--- tries waits that are over at once, without end
--- expects limit
--- limits {"timeoutMs": 500}
while true do State.wait("temp.k", 0) pcall(State.wait, "temp.k", -1) end

--- tries a large gsub, again and again
--- expects limit memoryBytes
local s = ("a"):rep(1e5)
for _ = 1, 5 do pcall(string.gsub, s, ".", s) end

--- tries to be ended in a large rep
--- expects limit
--- limits {"timeoutMs": 200}
while true do local s = ("x"):rep(2e7) end

--- tries to be ended in a large concat
--- expects limit
--- limits {"timeoutMs": 200}
local t = {} for i = 1, 1e5 do t[i] = ("x"):rep(100) end
while true do local s = table.concat(t, ",") end

--- tries to be ended in a large format
--- expects limit
--- limits {"timeoutMs": 200}
local s = ("x"):rep(4e6)
while true do local s = ("%s%s%q"):format(s, s, s) end

--- tries to be ended in large JSON
--- expects limit
--- limits {"timeoutMs": 200}
local s = ("x"):rep(4e6)
while true do json.decode(json.encode({ s, { s } })) end

--- tries to be ended with long keys in what is no sequence
--- expects limit
--- limits {"timeoutMs": 300}
local key = ("k"):rep(2000000)
local bad = {} for i = 1, 300000 do bad[i] = i end bad[key] = true
while true do pcall(json.encode, { key, bad }) end

--- tries a result that is no sequence, by a long key
--- expects code INVALID_VALUE
local bad = {} for i = 1, 300000 do bad[i] = i end bad[("k"):rep(2000000)] = true
return bad

--- tries an error of 28 megabytes that is no text
--- expects error
error(("\xff"):rep(2.8e7), 0)

--- tries errors of megabytes in every place that tells one
--- expects returns [true]
local long = ("\xff"):rep(5e6)
local function short(ok, e) return not ok and #tostring(e) < 1e5 end
return short(pcall(State.get, long)) and short(pcall(require, long)) and short(pcall(json.encode, { [long] = print })) and short(pcall(State.set, "temp.k", { [long] = print }))
  and short(pcall(State.list, long)) and short(pcall(json.decode, '{"' .. ("a"):rep(5e6) .. '":x}')) and short(pcall(host.echo, { [("a"):rep(5e6)] = print }))
  and short(pcall(State.register, { [long] = {} })) and short(pcall(State.wait, long, 1)) and short(pcall(State.update, long, print))

--- tries a name of a host function of megabytes
--- expects returns [false, true]
local ok, e = pcall(function() return host[("x"):rep(5e6)]() end)
return ok, #tostring(e) < 1e5

--- tries an error with a __name, a __tostring and a value of megabytes
--- expects error
error(setmetatable({ ("x"):rep(1e7) }, { __name = ("n"):rep(1e7), __tostring = function() return ("t"):rep(1e7) end }))

--- tries a traceback through functions with long names, in a chunk with a long name
--- expects error again
local name = ("n"):rep(60000)
load("local function " .. name .. "(n) if n == 0 then error('again') end " .. name .. "(n - 1) end " .. name .. "(100)", "=" .. ("c"):rep(1e6))()

--- tries output of megabytes in one line and in many
--- expects limit outputBytes
local s = ("x"):rep(3e5)
while true do io.write(s, "\n") print(s, s) io.stderr:write(s) warn(s) end

--- tries coroutines that hold large stacks
--- expects limit memoryBytes
local held = {}
local function deep(n) if n == 0 then coroutine.yield() end return 1 + deep(n - 1) end
for i = 1, math.huge do held[i] = coroutine.create(deep) coroutine.resume(held[i], 10000) end

--- tries garbage that only finalizers let go of
--- expects limit
--- limits {"timeoutMs": 500, "memoryBytes": 8388608}
local last
while true do last = setmetatable({ ("x"):rep(1e5), last }, { __gc = function(t) t[2] = nil end }) end

--- tries weak tables that grow, in all their ways
--- expects limit
--- limits {"timeoutMs": 1000}
local tables = {}
for i, mode in ipairs { "k", "v", "kv" } do tables[i] = setmetatable({}, { __mode = mode }) end
local last = {}
while true do for _, t in ipairs(tables) do local new = {} t[new] = last t[last] = new last = new end end

--- tries sources that are large, again and again
--- expects limit
--- limits {"timeoutMs": 1000}
while true do load("return {" .. ("'x', "):rep(1e5) .. "}")() load("x = " .. ("'" .. ("y"):rep(1e5) .. "' .. "):rep(10) .. "''") end

--- tries names of modules without end
--- expects limit
--- limits {"timeoutMs": 500}
for i = 1, math.huge do pcall(require, "file://none" .. i) pcall(require, "none." .. i) end

--- tries modules without end
--- expects limit memoryBytes
--- limits {"memoryBytes": 8388608, "timeoutMs": 10000}
for i = 1, math.huge do
  package.preload["m" .. i] = function() return { ("x"):rep(1000) .. i } end
  require("m" .. i)
end

--- tries namespaces without end
--- expects limit
--- limits {"timeoutMs": 500}
for i = 1, math.huge do pcall(State.register, { ["my.n" .. i] = { read = true, write = true } }) pcall(State.set, "my.n" .. i .. ".k", i) State.listNamespaces() end

--- tries State.async without end
--- expects limit
--- limits {"timeoutMs": 500}
while true do State.async(function() sleep(0) error(("x"):rep(100)) end) end
