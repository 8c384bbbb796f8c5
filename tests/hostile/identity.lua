--- tries to read another script's namespace
--- expects code PERMISSION_DENIED
return State.get("script.victim.secret")

--- tries to write into another script's namespace
--- expects code PERMISSION_DENIED
State.set("script.victim.secret", "forged")

--- tries to delete from another script's namespace
--- expects code PERMISSION_DENIED
State.delete("script.victim.secret")

--- tries to delete from another script's namespace by storing nil
--- expects code PERMISSION_DENIED
State.set("script.victim.secret", nil)

--- tries to read another script's namespace with a default, and pcall
--- expects returns [false, "PERMISSION_DENIED"]
local ok, e = pcall(State.get, "script.victim.secret", "nothing")
return ok, e.code

--- tries to list another script's keys
--- expects returns [true]
local ok, keys = pcall(State.list, "script.victim.")
return not ok or #keys == 0

--- tries to list everybody's keys with an empty prefix
--- expects returns [true]
local ok, keys = pcall(State.list, "")
if not ok then return true end
for _, key in ipairs(keys) do if key:find("victim", 1, true) then return key end end
return true

--- tries to list by a prefix that other namespaces begin with
--- expects returns [true]
local ok, keys = pcall(State.list, "script.")
if not ok then return true end
for _, key in ipairs(keys) do if key:find("victim", 1, true) then return key end end
return true

--- tries to be another script by a global
--- expects code PERMISSION_DENIED
__SCRIPT_ID = "victim"
_G.__SCRIPT_ID = "victim"
return State.get("script.victim.secret")

--- tries to be another script by registering as it
--- expects returns [false, false]
local a = pcall(State.register, "victim", { ["a.b"] = { read = true } })
local b = pcall(State.get, "script.victim.secret")
return a, b

--- tries to register another script's private namespace as its own
--- expects returns [false]
pcall(State.register, { ["script.victim"] = { read = true, shared = true } })
return (pcall(State.get, "script.victim.secret"))

--- tries to register reserved namespaces
--- expects returns [false, false]
return (pcall(State.register, { ["system.x"] = { read = true } })), (pcall(State.register, { ["_internal.x"] = { read = true } }))

--- tries to read reserved namespaces
--- expects returns [false, false]
return (pcall(State.get, "system.config")), (pcall(State.get, "_internal.ids"))

--- tries to reach another script's key through a NUL byte
--- expects returns [true]
local ok, v = pcall(State.get, "script.victim\0.secret")
return not ok or v == nil

--- tries to climb out of its namespace by a path
--- expects returns [true]
local ok, v = pcall(State.get, "script.main.../victim.secret")
return not ok or v == nil

--- tries to name a record by its key in the backend
--- expects returns [true]
for _, key in ipairs { "victim:script.victim:secret", "main:script.victim:secret", "*:script.victim:secret", ":script.victim:secret" } do
  local ok, v = pcall(State.get, key)
  if ok and v ~= nil then return key end
end
return true

--- tries to smuggle the separator of record keys into a key of its own
--- expects returns ["mine", true]
State.set("script.main.x:script.victim:secret", "mine")
local ok, v = pcall(State.get, "script.victim.secret")
return State.get("script.main.x:script.victim:secret"), not ok

--- tries another case, blanks, and letters that look alike
--- expects returns [true]
for _, key in ipairs { "SCRIPT.victim.secret", "script.Victim.secret", " script.victim.secret", "script.victim .secret", "script.vi\u{441}tim.secret", "script..victim.secret", "script.victim..secret", ".script.victim.secret" } do
  local ok, v = pcall(State.get, key)
  if ok and v ~= nil then return key end
end
return true

--- tries keys that are too short to have a namespace
--- expects returns [false, false, false, false]
return (pcall(State.get, "")), (pcall(State.get, ".")), (pcall(State.get, "script")), (pcall(State.get, "script.victim"))

--- tries a key that is a table which prints as another key
--- expects code INVALID_VALUE
return State.get(setmetatable({}, { __tostring = function() return "script.victim.secret" end }))

--- tries a key that changes between the check and the use
--- expects returns [false]
local n = 0
local key = setmetatable({}, { __tostring = function() n = n + 1 return n == 1 and "script.main.k" or "script.victim.secret" end, __name = "string" })
return (pcall(State.get, key))

--- tries keys that are no text
--- expects returns [false, false, false, false, false]
return (pcall(State.get, 1)), (pcall(State.get, true)), (pcall(State.get, {})), (pcall(State.get, print)), (pcall(State.get))

--- tries a key that is not UTF-8
--- expects returns [false, "INVALID_VALUE"]
local ok, e = pcall(State.get, "script.main.\xff\xfe")
return ok, e.code

--- tries to see the temporary values of another script
--- expects returns [true]
local ok, v = pcall(State.get, "temp.secret")
return not ok or v == nil

--- tries to replace what State is for itself
--- expects code PERMISSION_DENIED
local get = State.get
State.get = function() return "own" end
debug.sethook = nil
return get("script.victim.secret")

--- tries to reach another script by calling State's functions with a table first
--- expects returns [false, false]
return (pcall(State.get, State, "script.victim.secret")), (pcall(State.set, { scriptId = "victim" }, "script.victim.secret", 1))

--- tries to make its own id from the arguments
--- expects code PERMISSION_DENIED
local f = load("return State.get('script.victim.secret')", "=victim.lua", "t", { State = State, __SCRIPT_ID = "victim" })
return f()

--- tries to read a private namespace from a coroutine, a finalizer and a handler
--- expects returns [false, false, false]
local a = coroutine.wrap(function() return (pcall(State.get, "script.victim.secret")) end)()
local b = true
setmetatable({}, { __gc = function() b = pcall(State.get, "script.victim.secret") end })
collectgarbage()
local c = true
xpcall(error, function() c = pcall(State.get, "script.victim.secret") end)
return a, b, c

--- tries to watch, wait for or update another script's key
--- expects returns [true]
for _, name in ipairs { "watch", "wait", "update" } do
  local f = State[name]
  if f and pcall(f, "script.victim.secret", function(v) leaked = v end) then return name end
end
return leaked == nil
