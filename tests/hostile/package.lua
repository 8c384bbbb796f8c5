--- tries files
--- expects error io.open is not available in the sandbox
return io.open("/etc/passwd")

--- tries a process
--- expects error io.popen is not available in the sandbox
return io.popen("id")

--- tries lines of a file
--- expects error not available in the sandbox
for line in io.lines("/etc/passwd") do print(line) end

--- tries a temporary file
--- expects error not available in the sandbox
return io.tmpfile()

--- tries to read standard input, which the page has given to nobody
--- expects returns ["", null, null]
return io.read("a"), io.read("l"), io.read("n")

--- tries to read what is no format
--- expects error invalid format
return io.read(("n"):rep(10), ("x"):rep(1e6))

--- tries to write to what is no stream
--- expects error FILE* expected
io.stdout.write(json.null, "x")

--- tries to make a stream of something else
--- expects error FILE* expected
io.stdout.write(setmetatable({}, getmetatable(io.stdout)), "x")

--- tries to flood by turns of the two streams
--- expects limit outputBytes
while true do io.stdout:write("a") io.stderr:write("b") end

--- tries to flood by warnings
--- expects limit outputBytes
warn("@on")
while true do warn("a", "@off", "b") end

--- tries to redirect output
--- expects error not available in the sandbox
io.output("/tmp/x")

--- tries to close standard output
--- expects returns [null, "cannot close standard file", "file"]
local ok, message = io.stdout:close()
return ok, message, io.type(io.stdout)

--- tries a command
--- expects error os.execute is not available in the sandbox
return os.execute("id")

--- tries to end the process
--- expects returns []
os.exit(0)

--- tries to end the process with an error, past all that could catch it
--- expects code EXIT
local t <close> = setmetatable({}, { __close = function() while true do end end })
pcall(xpcall, function() coroutine.wrap(function() os.exit(3) end)() end, function() while true do end end)
while true do end

--- tries the environment
--- expects returns [null]
return os.getenv("PATH")

--- tries to remove a file
--- expects error not available in the sandbox
return os.remove("/tmp/x")

--- tries to rename a file
--- expects error not available in the sandbox
return os.rename("/tmp/x", "/tmp/y")

--- tries a file's name
--- expects error not available in the sandbox
return os.tmpname()

--- tries the locale
--- expects error not available in the sandbox
return os.setlocale("C")

--- tries native libraries
--- expects returns [false]
return (pcall(function() return package.loadlib("/lib/libc.so", "system") end))

--- tries native libraries by require
--- expects returns [false, false]
return (pcall(function() return require("/lib/x86_64-linux-gnu/libc.so.6") end)), (pcall(function() return require("lfs") end))

--- tries paths of package
--- expects returns [true]
local p = rawget(_G, "package") or {}
return p.loadlib == nil and p.searchpath == nil and not pcall(require, "./x") and not pcall(require, "x")

--- tries modules of schemes that are no modules
--- expects returns [true]
for _, url in ipairs { "javascript:alert(1)", "data:text/plain,return 1", "blob:x", "ftp://x/y.lua", "chrome://version", "about:blank", "file:///etc/passwd", "//evil.example/x", "../../x" } do
  if pcall(function() return require(url) end) then return url end
end
return true

--- tries to be found as a module by others
--- expects returns ["mine"]
local p = rawget(_G, "package")
if p and p.loaded then p.loaded.leak = "mine" end
leak = "mine"
return leak

--- tries to take away what others need
--- expects returns [true]
for name in pairs(_G) do if name ~= "pairs" and name ~= "_G" then _G[name] = nil end end
return true

--- tries the tests' own functions
--- expects returns [null]
return rawget(_G, "__lua") or rawget(_G, "js")

--- tries to find names of JavaScript's
--- expects returns [true]
for _, name in ipairs { "window", "self", "globalThis", "document", "postMessage", "importScripts", "fetch", "eval", "process", "Deno", "WebAssembly" } do
  if _G[name] ~= nil then return name end
end
return true

--- tries a clock that is finer than a tenth of a millisecond
--- where browser
--- expects returns [true]
local seen = {}
for _ = 1, 20000 do
  local c = os.clock() * 10000
  if math.abs(c - math.floor(c + 0.5)) > 1e-3 then return c end
end
return true

--- tries a date that overflows
--- expects returns [false, false]
return (pcall(os.date, "*t", math.maxinteger)), (pcall(os.time, { year = math.maxinteger, month = 1, day = 1 }))

--- tries conversions of dates that C does not define
--- expects error invalid conversion specifier
return os.date("%Ez%Q")

--- tries a format of dates that is enormous
--- expects returns [true]
return #os.date(("%Y"):rep(10000)) == 40000
