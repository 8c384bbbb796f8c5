--- tries to reach the registry
--- expects error debug.getregistry is not available in the sandbox
return debug.getregistry()

--- tries to reach upvalues of the sandbox's functions
--- expects returns [0, 0, 0, 0]
return select("#", debug.getupvalue(print, 1)), select("#", debug.getupvalue(require, 1)),
  select("#", debug.getupvalue(State.get, 2)), select("#", debug.getupvalue(string.gmatch("a", "a"), 1))

--- tries to change upvalues of the sandbox's functions
--- expects returns [0, 0, true]
return select("#", debug.setupvalue(State.get, 1, nil)), select("#", debug.setupvalue(require, 1, {})), State.get("script.main.none") == nil

--- tries to join upvalues of the sandbox's functions
--- expects error function of the script expected
debug.upvaluejoin(print, 1, load, 1)

--- tries to give a function of its own an upvalue of the sandbox's
--- expects error function of the script expected
local mine
debug.upvaluejoin(function() return mine end, 1, load, 1)

--- tries to take the identity of an upvalue of the sandbox's
--- expects returns [null]
return debug.upvalueid(load, 1)

--- tries to reach the upvalues of what runs its callbacks
--- expects returns ["nothing"]
local found = "nothing"
State.watch("script.main.k", function()
  for level = 1, 20 do
    local info = debug.getinfo(level, "fS")
    if not info then break end
    local f = info.func
    if f and info.source:find("sandbox", 1, true) then
      for i = 1, 20 do
        local name = debug.getupvalue(f, i) or debug.setupvalue(f, i, print) or debug.upvalueid(f, i)
        if name then found = name end
      end
    end
  end
end)
State.set("script.main.k", 1)
sleep(1)
return found

--- tries to read locals
--- expects error not available in the sandbox
return debug.getlocal(1, 1)

--- tries to change locals
--- expects error not available in the sandbox
debug.setlocal(1, 1, 0)

--- tries to take the hook away
--- expects limit
--- limits { "timeoutMs": 200 }
debug.sethook()
while true do end

--- tries to set a hook of its own
--- expects error hooks are not available in the sandbox
debug.sethook(function() end, "c", 1)

--- tries to see the hook
--- expects returns [null]
return debug.gethook()

--- tries to pass protected metatables by
--- expects returns [false, "null"]
return debug.getmetatable(host), debug.getmetatable(json.null)

--- tries to set protected metatables
--- expects error table expected
debug.setmetatable(json.null, {})

--- tries to read user values
--- expects error not available in the sandbox
return debug.getuservalue(json.null)

--- tries to write user values
--- expects error not available in the sandbox
debug.setuservalue(json.null, 1)

--- tries to raise the C stack's limit
--- expects error not available in the sandbox
debug.setcstacklimit(1000000)

--- tries the interactive debugger
--- expects error not available in the sandbox
debug.debug()

--- tries to find the driver's functions by getinfo
--- expects returns [true]
for level = 0, 100 do
  local info = debug.getinfo(level, "nSluf")
  if not info then return true end
  if info.func and info.what == "C" and level > 0 and info.name ~= "pcall" then return level end
end

--- tries getinfo with what it does not know
--- expects error invalid option
return debug.getinfo(1, ">f")

--- tries getinfo with options without end
--- expects error too many options
return debug.getinfo(1, ("S"):rep(1000000))

--- tries getinfo of levels that are not there
--- expects returns [null, null]
return debug.getinfo(1 << 20), debug.getinfo(-1)

--- tries getinfo of another coroutine
--- expects returns [true]
local co = coroutine.create(function() coroutine.yield() end)
coroutine.resume(co)
return debug.getinfo(co, 0, "S") ~= nil

--- tries a traceback of a message that is no text
--- expects returns [true]
local t = {}
return debug.traceback(t) == t

--- tries a traceback that is enormous
--- expects returns [true]
return #debug.traceback(("m"):rep(1 << 20)) < (1 << 21)

--- tries a traceback of a deep recursion
--- expects returns [true]
local function f(n) if n == 0 then return #debug.traceback() end return 1 + f(n - 1) end
return f(10000) < 100000

--- tries to change what getinfo gives
--- expects returns [true]
local info = debug.getinfo(print)
info.func = nil
return debug.getinfo(print).func == print

--- tries to replace debug's functions to hide from tracebacks
--- expects code LUA_ERROR
debug.traceback = nil
error("still told")

--- tries what is left out by rawget
--- expects returns [null]
return rawget(debug, "getregistry")

--- tries to take a function of the driver's from the stack, and to call it
--- expects code LUA_ERROR
error(setmetatable({}, { __tostring = function()
  for level = 1, 10 do
    local info = debug.getinfo(level, "fS")
    if info and info.what == "C" and info.func then pcall(info.func) pcall(info.func, 1) pcall(info.func, json.null) end
  end
  return "text"
end }))

--- tries to take host's __index from the stack while it allocates
--- expects returns [true]
local found
local function look()
  for level = 2, 6 do
    local info = debug.getinfo(level, "fS")
    if info and info.what == "C" and info.func then found = info.func end
  end
  setmetatable({}, { __gc = look })
end
look()
collectgarbage("setpause", 0) collectgarbage("setstepmul", 1000)
for i = 1, 1000 do local _ = host["f" .. i] end
return found == nil

--- tries getinfo of functions by themselves, which is allowed
--- expects returns [true, true]
local f = function() end
return debug.getinfo(f, "f").func == f, debug.getinfo(print, "f").func == print

--- tries to fail where strings have no methods
--- expects error attempt to index a string value
debug.setmetatable("", nil)
State.set(("x").y, 1)

--- tries errors whose texts have no fields
--- expects code PERMISSION_DENIED
debug.setmetatable("", { __index = function() error("no") end })
State.set("script.victim.secret", 1)

--- tries to compute in what all values of a type have
--- expects limit
--- limits { "timeoutMs": 200 }
debug.setmetatable(nil, { __index = function(_, key) while true do end end })
local nothing
pcall(function() return nothing.field end)

--- tries to make whatever the sandbox calls callable, indexable and empty
--- expects returns ["file://state.lua", true, 3]
local function nothing() return nil end
for _, value in ipairs { print, 1, true, "" } do
  debug.setmetatable(value, { __index = nothing, __newindex = nothing, __call = nothing, __len = nothing, __eq = nothing, __tostring = function() return "" end })
end
debug.setmetatable(nil, { __index = nothing, __call = nothing })
State.set("script.main.k", 3)
return package.searchers and "file://state.lua", require("file://state.lua") == State, State.get("script.main.k")
