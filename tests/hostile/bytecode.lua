--- tries to load bytecode
--- expects returns [null, true]
local f, e = load("\27Lua\x54\0\x19\x93\r\n\x1a\n")
return f, e:find("not available") ~= nil or e:find("binary") ~= nil

--- tries to load bytecode in mode b
--- expects returns [null, true]
local f, e = load("\27Lua", "x", "b")
return f, type(e) == "string"

--- tries to load bytecode in mode bt
--- expects returns [null, true]
local f, e = load("\27Lua", "x", "bt")
return f, type(e) == "string"

--- tries to load bytecode through a reader
--- expects returns [null, true]
local parts = { "\27", "Lua", "\x54\0" }
local f, e = load(function() return table.remove(parts, 1) end, "x", "b")
return f, type(e) == "string"

--- tries to load bytecode through a reader, in the default mode
--- expects returns [null, true]
local parts = { "\27", "Lua", "\x54\0" }
local f, e = load(function() return table.remove(parts, 1) end)
return f, type(e) == "string"

--- tries to make bytecode
--- expects error not available in the sandbox
return string.dump(function() end)

--- tries to make bytecode as a method
--- expects error attempt to call a nil value
return ("x").dump(print)

--- tries to load files
--- expects error not available in the sandbox
return loadfile("/etc/passwd")

--- tries to run files
--- expects error not available in the sandbox
return dofile("/etc/passwd")

--- tries a mode that is not a string
--- expects returns [false]
return (pcall(load, "return 1", "x", {}))

--- tries a mode with anything in it
--- expects returns [null]
local f = load("\27Lua", "x", "\27t")
return f

--- tries an environment that is not its own
--- expects returns [null]
local f = load("return print", "x", "t", {})
return f()

--- tries a reader that never ends
--- expects limit timeoutMs
--- limits {"timeoutMs": 300}
load(function() return "x = 1 " end)

--- tries a reader that raises
--- expects returns [null, "broken"]
local f, e = load(function() error("broken", 0) end)
return f, e

--- tries a reader that gives no string
--- expects returns [null, true]
local f, e = load(function() return {} end)
return f, type(e) == "string"

--- tries a reader that yields
--- expects returns [true]
local co = coroutine.wrap(function() return pcall(load, coroutine.yield) end)
local ok = pcall(co)
return ok

--- tries to overflow the parser's stack by parentheses
--- expects returns [null, true]
local f, e = load("return " .. ("("):rep(100000) .. "1" .. (")"):rep(100000))
return f, e:find("overflow") ~= nil or e:find("levels") ~= nil

--- tries to overflow the parser's stack by tables
--- expects returns [null, true]
local f, e = load("return " .. ("{"):rep(100000))
return f, type(e) == "string"

--- tries to overflow the parser's stack by functions
--- expects returns [null, true]
local f, e = load(("function f() "):rep(100000))
return f, type(e) == "string"

--- tries to overflow the parser's stack by blocks
--- expects returns [null, true]
local f, e = load(("do "):rep(100000))
return f, type(e) == "string"

--- tries to overflow the parser's stack by unary operators
--- expects returns [null, true]
local f, e = load("return " .. ("- "):rep(100000) .. "1")
return f, type(e) == "string"

--- tries to overflow the parser's stack by concatenation
--- expects returns [null, true]
local f, e = load("return " .. ("'a' .. "):rep(100000) .. "'a'")
return f, type(e) == "string"

--- tries too many locals
--- expects returns [null, true]
local f, e = load(("local a "):rep(1000))
return f, e:find("too many local") ~= nil

--- tries too many upvalues
--- expects returns [null, true]
local t = {}
for i = 1, 190 do t[#t + 1] = "local a" .. i .. " = 1" end
t[#t + 1] = "local function f()"
for i = 1, 190 do t[#t + 1] = "local b" .. i .. " = 1" end
t[#t + 1] = "return function() return 0"
for i = 1, 190 do t[#t + 1] = "+ a" .. i .. " + b" .. i end
t[#t + 1] = " end end"
local f, e = load(table.concat(t, "\n"))
return f, type(e) == "string"

--- tries to make constants without end
--- expects returns [true]
local t = {}
for i = 1, 70000 do t[i] = "'" .. i .. "'" end
local f = load("return {" .. table.concat(t, ",") .. "}")
return f ~= nil and #f() == 70000

--- tries a goto out of a function
--- expects returns [null, true]
local f, e = load("::a:: local function f() goto a end")
return f, e:find("no visible label") ~= nil

--- tries a chunk name of a megabyte
--- expects returns [true]
local f, e = load("error('x')", ("n"):rep(1 << 20))
local ok, e = pcall(f)
return #e < 1000

--- tries a chunk name with a NUL and escapes
--- expects returns [false]
return (pcall(load("error('x')", "=a\0b\27[31m")))
