--- tries to poison the metatable of strings for others
--- expects returns ["poisoned"]
getmetatable("").__index = function() return "poisoned" end
return ("x").anything

--- tries to poison string methods for others
--- expects returns ["gone"]
string.upper = function() return "gone" end
return ("x"):upper()

--- tries to poison arithmetic on strings
--- expects returns ["added"]
getmetatable("").__add = function() return "added" end
return "a" + "b"

--- tries to make strings callable
--- expects returns ["called"]
getmetatable("").__call = function() return "called" end
return ("x")()

--- tries to give nil a metatable that lasts longer than its run
--- expects returns [1]
debug.setmetatable(nil, { __index = function() return 1 end })
return (nil).x

--- tries to set the metatable of a string
--- expects error table expected
setmetatable("", {})

--- tries to take the protected metatable of json.null
--- expects returns ["null", false]
return getmetatable(json.null), (pcall(setmetatable, json.null, {}))

--- tries to take the protected metatable of host
--- expects returns [false, false]
return getmetatable(host), (pcall(setmetatable, host, {}))

--- tries to make json.null into something else
--- expects returns [false]
return (pcall(function() json.null.x = 1 end))

--- tries to mark arrays wrongly through their metatable
--- expects returns [[], "[]"]
local m = getmetatable(json.array())
if m then m.__index = error m.__len = error m.__pairs = error end
return json.array(), json.encode(json.array())

--- tries to have an array's metatable run while it crosses
--- expects returns [[1, 2]]
return setmetatable({ 1, 2 }, { __index = error, __len = function() error("ran") end, __pairs = function() error("ran") end })

--- tries to have an object's metatable run while it is stored
--- expects returns [{"a": 1}]
State.set("script.main.meta", setmetatable({ a = 1 }, { __index = error, __pairs = error, __next = error }))
return State.get("script.main.meta")

--- tries to hide a table behind a __metatable field while it changes it
--- expects returns ["locked", false]
local t = setmetatable({}, { __metatable = "locked" })
return getmetatable(t), (pcall(setmetatable, t, {}))

--- tries __index loops
--- expects error loop
local a, b = {}, {}
setmetatable(a, { __index = b }) setmetatable(b, { __index = a })
return a.x

--- tries __newindex loops
--- expects error loop
local a, b = {}, {}
setmetatable(a, { __newindex = b }) setmetatable(b, { __newindex = a })
a.x = 1

--- tries an __index that goes on for ever
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
local t = setmetatable({}, { __index = function(t, k) return k end })
while true do local _ = t.x end

--- tries an __index that recurses into itself
--- expects error overflow
local t t = setmetatable({}, { __index = function(_, k) return t[k] end })
return t.x

--- tries a __call chain
--- expects returns [false]
local t = {}
for i = 1, 300 do t = setmetatable({}, { __call = t }) end
return (pcall(t))

--- tries an __eq that never ends, within a comparison
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
local m = { __eq = function() while true do end end }
return setmetatable({}, m) == setmetatable({}, m)

--- tries a __lt that never ends, within table.sort
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
local m = { __lt = function() while true do end end }
table.sort { setmetatable({}, m), setmetatable({}, m), setmetatable({}, m) }

--- tries a __concat that never ends, within pcall
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
local t = setmetatable({}, { __concat = function() while true do end end })
while true do pcall(function() return t .. t end) end

--- tries a __len that lies to table.unpack
--- expects error too many results
return table.unpack(setmetatable({}, { __len = function() return 1 << 40 end }))

--- tries a __len that lies to table.concat
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
return table.concat(setmetatable({}, { __len = function() return math.maxinteger end, __index = function() return "" end }))

--- tries a __len that is no number
--- expects error integer
return table.insert(setmetatable({}, { __len = function() return "x" end }), 1)

--- tries a __name that is not a string
--- expects returns [true]
return tostring(setmetatable({}, { __name = 42 })):find("^table: ") ~= nil

--- tries a __name that is enormous
--- expects returns [true]
local ok, e = pcall(string.rep, setmetatable({}, { __name = ("n"):rep(1 << 20) }))
return not ok

--- tries a __tostring that gives no string
--- expects error must return a string
return tostring(setmetatable({}, { __tostring = function() return {} end }))

--- tries a __tostring that gives itself to print
--- expects error overflow
local t t = setmetatable({}, { __tostring = function() return tostring(t) end })
print(t)

--- tries a __mode that is not a string
--- expects returns [1]
local t = setmetatable({}, { __mode = {} })
t[{}] = 1
collectgarbage()
return 1

--- tries ephemerons in a ring
--- expects returns [1]
local a, b = setmetatable({}, { __mode = "k" }), setmetatable({}, { __mode = "k" })
for i = 1, 1000 do local k, l = {}, {} a[k] = l b[l] = k end
collectgarbage() collectgarbage()
return 1

--- tries to change a metatable while it is in use
--- expects returns ["done"]
local m = {}
m.__index = function(t, k) m.__index = nil setmetatable(t, nil) collectgarbage() return "done" end
return setmetatable({}, m).x
