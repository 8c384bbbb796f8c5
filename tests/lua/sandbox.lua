-- What the sandbox leaves out of Lua 5.4, and how it answers. Only here: stock Lua has all this.

local function absent(name, f)
  assert(type(f) == "function", name .. " is there, to say that it is not available")
  local ok, message = pcall(f, 1, 2, 3)
  assert(not ok and message == name .. " is not available in the sandbox", name .. ": " .. tostring(message))
end

-- §6.1, §6.4, §6.8, §6.9, §6.10.
for _, name in ipairs { "dofile", "loadfile" } do absent(name, _G[name]) end
absent("string.dump", string.dump)
for _, name in ipairs { "close", "input", "lines", "open", "output", "popen", "read", "tmpfile", "type" } do
  absent("io." .. name, io[name])
end
for _, name in ipairs { "execute", "exit", "getenv", "remove", "rename", "setlocale", "tmpname" } do
  absent("os." .. name, os[name])
end
for _, name in ipairs {
  "debug", "gethook", "getlocal", "getmetatable", "getregistry", "getupvalue", "getuservalue", "sethook",
  "setlocal", "setmetatable", "setupvalue", "setuservalue", "upvalueid", "upvaluejoin", "setcstacklimit",
} do absent("debug." .. name, debug[name]) end
assert(io.stderr == nil and io.stdin == nil, "one stream: the output")
do -- The error has a position where it was called from.
  local ok, message = pcall(function() return os.getenv("HOME") end)
  assert(not ok and message:find("os.getenv is not available in the sandbox", 1, true))
end

-- §3.3.2, §6.1: no bytecode, in whatever way it comes.
for _, mode in ipairs { "b", "bt", "t" } do
  local f, message = load("\27Lua\x54\0\x19\x93\r\n\x1a\n", "c", mode)
  assert(f == nil and type(message) == "string", mode)
end
do
  local f, message = load("return 1", "c", "b")
  assert(f == nil and message == "binary chunks are not available in the sandbox", tostring(message))
  local once = false
  f, message = load(function() if not once then once = true return "\27Lua" end end)
  assert(f == nil and type(message) == "string")
  assert(load("return ...", "c", "t", {})(5) == 5 and load("return x", "c", nil, { x = 6 })() == 6)
end

-- §6.10 getinfo tells nothing of locals, and gives no function that a script does not have.
assert(debug.getinfo(1, "f").func ~= nil and debug.getinfo(print, "S").what == "C")

-- §6.2 A script's main chunk seems to be the main coroutine.
do
  local main, is_main = coroutine.running()
  assert(is_main and not coroutine.isyieldable() and coroutine.status(main) == "running")
  local ok, message = pcall(coroutine.yield)
  assert(not ok and message:find("attempt to yield from outside a coroutine", 1, true))
  ok, message = pcall(coroutine.close, main)
  assert(not ok and message:find("cannot close a running coroutine", 1, true))
end

-- §6.1 collectgarbage cannot break anything: the memory's limit holds with the collector stopped.
assert(collectgarbage("stop") == 0 and collectgarbage("restart") == 0)

-- Values that only the sandbox has are in its own tests; nothing of the host is a global here.
do
  local known = {}
  for name in ([[_G _VERSION assert collectgarbage dofile error getmetatable ipairs load loadfile next pairs pcall print
    rawequal rawget rawlen rawset require select setmetatable tonumber tostring type warn xpcall
    coroutine debug io math os package string table utf8 State __SCRIPT_ID host json sleep]]):gmatch("%S+") do known[name] = true end
  for name in pairs(_G) do assert(known[name], "an unknown global: " .. tostring(name)) end
end
