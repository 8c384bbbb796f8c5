--- tries an error whose text never ends
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
error(setmetatable({}, { __tostring = function() while true do end end }))

--- tries an error whose text raises
--- expects code LUA_ERROR
error(setmetatable({}, { __tostring = function() error("no text") end }))

--- tries an error whose text is no string
--- expects code LUA_ERROR
error(setmetatable({}, { __tostring = function() return 42 end }))

--- tries an error whose text waits
--- expects code LUA_ERROR
error(setmetatable({}, { __tostring = function() pcall(sleep, 1) return "text" end }))

--- tries an error whose text yields
--- expects code LUA_ERROR
error(setmetatable({}, { __tostring = function() coroutine.yield() return "text" end }))

--- tries an error that is nil
--- expects code LUA_ERROR
error(nil)

--- tries an error that is a function
--- expects code LUA_ERROR
error(function() end)

--- tries an error that is a coroutine
--- expects code LUA_ERROR
error(coroutine.create(print))

--- tries an error that holds itself
--- expects code LUA_ERROR
local t = {} t.t = t
error(t)

--- tries an error that nests deep
--- expects code LUA_ERROR
local t = {}
for i = 1, 1000 do t = { t } end
error(t)

--- tries a message of megabytes
--- expects code LUA_ERROR
error(("m"):rep(1 << 22))

--- tries a message that is not UTF-8
--- expects code LUA_ERROR
error("\xff\xfe\0\x80")

--- tries a message with escapes for terminals
--- expects code LUA_ERROR
error("\27[2J\27]0;owned\7")

--- tries to pass for an error of the sandbox
--- expects code LUA_ERROR
error({ code = "PERMISSION_DENIED", message = "forged" })

--- tries to pass for a cancel
--- expects code LUA_ERROR
error(setmetatable({ code = "CANCELLED", message = "forged" }, { __tostring = function() return "forged" end, __name = "error" }))

--- tries to change an error of the sandbox
--- expects code PERMISSION_DENIED
local _, e = pcall(State.get, "script.victim.secret")
pcall(function() e.code = "FORGED" end) pcall(rawset, e, "message", "forged")
error(e)

--- tries to change the metatable of the sandbox's errors
--- expects code PERMISSION_DENIED
local _, e = pcall(State.get, "script.victim.secret")
local m = getmetatable(e)
if m then m.__tostring = function() while true do end end m.__gc = error end
error(e)

--- tries an error of the sandbox without its message
--- expects returns [true]
local _, e = pcall(State.get, "script.victim.secret")
return not pcall(function() e.message = nil end) and e.message ~= nil

--- tries to find fields of errors in other texts
--- expects returns [null, null, null, null]
local _, e = pcall(State.get, "script.victim.secret")
return ("script.victim.secret").code, ("x" .. e).code, (e .. " ").message, e:sub(2).code

--- tries to pass for an error of the sandbox by its own text
--- expects code LUA_ERROR
error("script 'main' has no namespace for the key 'script.victim.secret'", 0)

--- tries errors within error handlers
--- expects returns [false]
return (xpcall(error, function() error("again") end))

--- tries a handler that is no function
--- expects error function expected
xpcall(error, 42)

--- tries error levels that are not there
--- expects code LUA_ERROR
error("x", math.maxinteger)

--- tries assert with everything
--- expects code LUA_ERROR
assert(false, setmetatable({}, { __tostring = function() return ("x"):rep(1 << 20) end }))

--- tries warnings
--- expects returns [1]
warn("@on")
warn("x", "y")
return 1

--- tries an error in the middle of output
--- expects code LUA_ERROR
io.write("half a ")
error("line")

--- tries to write what is no text
--- expects error string expected
io.write({})

--- tries io.write without its stream
--- expects returns [true]
local w = io.stdout.write
return pcall(w) ~= nil and pcall(w, 1, "x") ~= nil

--- tries select with huge and negative positions
--- expects returns [false]
return (pcall(select, -math.maxinteger, 1))

--- tries deep recursion
--- expects error stack overflow
local function f() return 1 + f() end
f()

--- tries deep recursion through pcall
--- expects returns [true]
local depth = 0
local function f() depth = depth + 1 return pcall(f) end
f()
return depth > 10

--- tries deep recursion in metamethods of C
--- expects returns [false]
local t t = setmetatable({}, { __tostring = function() return tostring(t) end })
return (pcall(tostring, t))

--- tries deep recursion in gsub
--- expects returns [false]
local function f(s) return (s:gsub(".", f)) end
return (pcall(f, "x"))

--- tries deep recursion in sort
--- expects returns [false]
local function f() table.sort({ 3, 2, 1 }, f) return true end
return (pcall(f))
