--- tries to hold the worker in a pattern
--- expects limit
--- limits {"timeoutMs": 300}
string.find(("a"):rep(1e5), (".-"):rep(30) .. "b")

--- tries to hold the worker in a pattern, in pcall
--- expects limit
--- limits {"timeoutMs": 300}
while true do pcall(string.gsub, ("a"):rep(1e5), ("a*"):rep(30) .. "b", "") end

--- tries to hold the worker in a message handler
--- expects limit
--- limits {"timeoutMs": 300}
xpcall(error, function() while true do pcall(error) end end)

--- tries to hold the worker in a finalizer
--- expects limit
--- limits {"timeoutMs": 300}
setmetatable({}, { __gc = function() while true do pcall(error) end end })
collectgarbage()

--- tries to hold the worker in a reader of load
--- expects limit
--- limits {"timeoutMs": 300}
load(function() while true do pcall(error) end end)

--- tries message handlers that fail in each other without end
--- expects returns [false]
return (xpcall(error, function() for _ = 1, 1e5 do end error() end))

--- tries to recurse through gsub without end
--- expects returns [false]
local function f() return (("x"):gsub("x", function() for _ = 1, 1e3 do end return f() end)) end
return (pcall(f))

--- tries to recurse through __tostring without end
--- expects returns [false]
local t = {}
setmetatable(t, { __tostring = function() for _ = 1, 1e3 do end return ("%s"):format(t) end })
return (pcall(tostring, t))

--- tries to yield across what the engine can leave
--- expects returns [false, false, false, false, false]
local function yields(f, ...)
  local co = coroutine.create(f)
  local ok, e = coroutine.resume(co, ...)
  return ok and coroutine.status(co) == "suspended"
end
local t = setmetatable({}, { __tostring = coroutine.yield, __index = coroutine.yield })
return yields(string.gsub, "x", "x", coroutine.yield), yields(tostring, t), yields(string.format, "%s", t),
  yields(xpcall, error, coroutine.yield), yields(table.sort, { 1, 2 }, coroutine.yield)

--- tries to lose what gsub and format work on to the collector
--- expects returns ["xyxy", "<a> <b>"]
local function churn()
  for _ = 1, 1e5 do local _ = {} end
  collectgarbage()
  pcall(error)
end
local text = (("ab"):gsub(".", function() churn() return ("x"):rep(1) .. "y" end))
local m = { __tostring = function(t) churn() return "<" .. t.name .. ">" end }
return text, ("%s %s"):format(setmetatable({ name = "a" }, m), setmetatable({ name = "b" }, m))

--- tries to change what a comparator sorts
--- expects returns [true]
local t = {}
for i = 1, 100 do t[i] = i % 7 end
pcall(table.sort, t, function(a, b)
  for i = #t, 50, -1 do t[i] = nil end
  for _ = 1, 1e4 do end
  return (a or 0) < (b or 0)
end)
return #t < 101
