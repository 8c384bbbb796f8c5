--- tries gmatch, gsub, find and match again after each was too deep
--- expects returns [20]
local text, deep = ("b"):rep(20000), ("b?"):rep(20000)
local told = 0
for _ = 1, 5 do
  for _, f in ipairs { string.find, string.match, function(s, p) return s:gsub(p, "") end, function(s, p) return s:gmatch(p)() end } do
    local ok, e = pcall(f, text, deep)
    if not ok and e:find("too complex", 1, true) then told = told + 1 end
  end
end
return told

--- tries an iterator of gmatch in itself
--- expects returns [true]
local each, depth = nil, 0
each = string.gmatch(("a"):rep(1000), "a")
local function deeper() depth = depth + 1 if each() then return deeper() end end
deeper()
return depth == 1001

--- tries matchers in each other's callbacks, each as deep as it may be
--- expects returns [false]
local function deeper(n) return (("x"):gsub(("(x?)"):rep(30), function() return deeper(n + 1) end)) end
return (pcall(deeper, 0))

--- tries a recursion by xpcall
--- expects returns [true]
local depth = 0
local function deeper() depth = depth + 1 return xpcall(deeper, deeper) end
pcall(deeper)
return depth > 100

--- tries handlers that recurse
--- expects returns [false]
local function handler(e) return handler(e) .. "" end
return (xpcall(error, handler))

--- tries handlers that handle by handlers
--- expects returns [true]
local function handler(e) return select(2, xpcall(error, handler, e)) end
xpcall(error, handler)
return true

--- tries a tower of coroutines in pcalls
--- expects returns [true]
local depth = 0
local function tower()
  depth = depth + 1
  local co = coroutine.wrap(function() return pcall(tower) end)
  return pcall(co)
end
pcall(tower)
return depth > 20

--- tries a tower of coroutines that yields through all of itself
--- expects returns [true, 50]
local seen = 0
local function tower(n)
  if n == 0 then for _ = 1, 50 do coroutine.yield() end return end
  local co = coroutine.create(function() tower(n - 1) end)
  while coroutine.status(co) ~= "dead" do
    if not select(1, coroutine.resume(co)) then return end
    if coroutine.status(co) ~= "dead" then coroutine.yield() end
  end
end
local co = coroutine.wrap(function() tower(100) return "end" end)
while co() ~= "end" do seen = seen + 1 end
return true, seen

--- tries a tower of coroutines, each of which is closed by the next
--- expects returns [true]
local closed = 0
local function tower(n)
  local co = coroutine.create(function()
    local _ <close> = setmetatable({}, { __close = function() closed = closed + 1 if n > 0 then tower(n - 1) end end })
    coroutine.yield()
  end)
  coroutine.resume(co)
  coroutine.close(co)
end
pcall(tower, 150)
return closed > 50

--- tries a recursion by load
--- expects returns [false]
local function deeper() return load(function() deeper() end) or error("no") end
return (pcall(deeper))

--- tries a recursion by require
--- expects returns [false]
local n = 0
package.searchers = { function(name) return function() n = n + 1 return require("deeper" .. n) end end }
return (pcall(require, "deeper"))

--- tries a recursion by the reader, the searcher, the comparator and the finalizer of each other
--- expects returns [true]
local depth, deeper = 0, nil
local ways = {
  function() load(function() deeper() end) end,
  function() table.sort({ 2, 1 }, function() deeper() return false end) end,
  function() tostring(setmetatable({}, { __tostring = function() deeper() return "" end })) end,
  function() ("x"):gsub("x", deeper) end,
  function() local _ = setmetatable({}, { __index = function() deeper() end }).x end,
  function() local _ <close> = setmetatable({}, { __close = function() deeper() end }) end,
  function() setmetatable({}, { __gc = function() deeper() end }) collectgarbage() end,
  function() coroutine.wrap(function() deeper() end)() end,
  function() xpcall(error, deeper) end,
  function() table.concat(setmetatable({}, { __len = function() return 1 end, __index = function() deeper() return "" end })) end,
}
function deeper() depth = depth + 1 if depth < 1e5 then ways[depth % #ways + 1]() end end
pcall(deeper)
return depth > #ways

--- tries chains of metatables
--- expects returns [false, false, false]
local a, b, c = {}, {}, {}
for _ = 1, 3000 do
  a, b, c = setmetatable({}, { __index = a }), setmetatable({}, { __newindex = b }), setmetatable({}, { __call = c })
end
return (pcall(function() return a.x end)), (pcall(function() b.x = 1 end)), (pcall(c))

--- tries values that nest in every way out
--- expects returns [false, false, false, false]
local deep = {}
for _ = 1, 1e5 do deep = { deep } end
return (pcall(json.encode, deep)), (pcall(host.echo, deep)), (pcall(State.set, "temp.k", deep)), (pcall(json.decode, ("["):rep(1e5)))

--- tries a value that nests, as a result
--- expects code INVALID_VALUE
local deep = {}
for _ = 1, 1e5 do deep = { deep } end
return deep

--- tries objects that nest, as JSON
--- expects returns [false, false]
return (pcall(json.decode, ('{"a":'):rep(1e5))), (pcall(json.decode, ('[{"a":'):rep(1e5)))

--- tries sources that nest
--- expects returns [0]
local compiled = 0
for _, part in ipairs { "(", "{", "- ", "not ", "function() ", "do ", "if x then ", "while x do ", "for i = 1, 2 do ", "x[", "x(", "1 .. ", "2 ^ ", "repeat ", "x = ", "local function f() ", "return function() " } do
  if load(part:rep(1e5)) or load("x = " .. part:rep(1e5)) then compiled = compiled + 1 end
end
return compiled

--- tries sources that are long in every way
--- expects returns [true]
--- limits {"cpuMs": 5000}
local many = 1e5
for _, source in ipairs {
  "local x = " .. ("x."):rep(many) .. "x", "x = {" .. ("{}, "):rep(many) .. "}", "x = {" .. ("a = 1, "):rep(many) .. "}",
  "return " .. ("x, "):rep(many) .. "x", ("local x "):rep(many), ("goto x "):rep(many) .. "::x::", ("::x" .. "y::"):rep(many),
  "f(" .. ("x, "):rep(many) .. "x)", "return " .. ("x + "):rep(many) .. "x", "return " .. ("x and "):rep(many) .. "x", "return " .. ("x or y and "):rep(many) .. "x", ("if x then end "):rep(many), "if x then " .. ("elseif x then "):rep(many) .. "end",
  "x = '" .. ("\\z "):rep(many) .. "'", "x = [" .. ("="):rep(many) .. "[", "--[" .. ("="):rep(many) .. "[", "x = '\\u{" .. ("0"):rep(many) .. "}'",
  "return " .. ("a.b:c'' "):rep(many), "return " .. ("f'' "):rep(many), "x = 0x" .. ("0"):rep(many) .. "p1", "x, " .. ("x, "):rep(many) .. "x = 1",
} do load(source) end
return true

--- tries names that are looked for in functions around each other
--- expects returns [true]
--- holds portable
local parts = {}
for i = 1, 60 do
  local names = {}
  for k = 1, 190 do names[k] = "v" .. i .. "_" .. k end
  parts[i] = "local " .. table.concat(names, ",") .. " local function f() "
end
local ok, e = load(table.concat(parts) .. ("z = z "):rep(5e5) .. (" end "):rep(60))
return not ok and e:find("too many names", 1, true) ~= nil

--- tries labels and gotos that are looked for among each other
--- expects returns [true]
--- holds portable
local labels = {}
for i = 1, 30000 do labels[i] = "::a" .. i .. ":: z = z" end
local ok, e = load(("goto x "):rep(32000) .. table.concat(labels, " ") .. ("goto x "):rep(700) .. "::x::")
return not ok and e:find("too many names", 1, true) ~= nil

--- tries tables that nest, to the collector
--- expects returns [true]
local deep, weak = {}, {}
for i = 1, 2e5 do deep = { deep } weak = setmetatable({ weak }, { __mode = i % 2 == 0 and "k" or "v" }) end
collectgarbage()
collectgarbage("generational") collectgarbage() collectgarbage("incremental")
return true

--- tries upvalues that nest, to the collector
--- expects returns [true]
local f = function() end
for _ = 1, 2e5 do local g = f f = function() return g end end
collectgarbage()
return true

--- tries coroutines that nest, to the collector
--- expects returns [true]
local inner = {}
for _ = 1, 2e4 do
  local held = inner
  inner = coroutine.create(function() coroutine.yield(held) end)
  coroutine.resume(inner)
end
collectgarbage()
return true

--- tries thousands of to-be-closed variables that all raise
--- expects returns [false]
local mt = { __close = function() error("again") end }
local function deeper(n) local _ <close> = setmetatable({}, mt) return n > 0 and 1 + deeper(n - 1) end
return (pcall(deeper, 10000))
