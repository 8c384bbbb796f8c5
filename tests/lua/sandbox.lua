-- What the sandbox leaves out of Lua 5.4, and how it answers. Only here: stock Lua has all this.

-- What is left out is nil, so that a script can look first. The error of calling it says why.
local absent = {
  _G = { "dofile", "loadfile" },
  debug = {
    "debug", "getlocal", "getregistry", "getuservalue", "setlocal", "setuservalue", "setcstacklimit",
  },
  io = { "open", "popen", "tmpfile" },
  os = { "execute", "remove", "rename", "setlocale", "tmpname" },
  package = { "loadlib", "searchpath" },
  string = { "dump" },
}
for library, names in pairs(absent) do
  for _, name in ipairs(names) do
    assert(_G[library][name] == nil, name)
    local called = library == "_G" and name or library .. "." .. name
    local ok, message = pcall(load(called .. "('x')"))
    assert(not ok and message:find("attempt to call a nil value (", 1, true), message)
    assert(message:find("'): " .. called .. " is not available in the sandbox", 1, true), message)
  end
end
do
  local s = string
  local function hint(f) return select(2, pcall(f)):match("%): (.*)$") end
  local string = string
  assert(hint(function() return string.dump(print) end) == "string.dump is not available in the sandbox")
  assert(hint(function() return s.dump(print) end) == nil and hint(function() local t = {} t.dump() end) == nil)
  assert(hint(function() string.nothing() end) == nil and hint(function() nothing() end) == nil)
end
assert(os.getenv("HOME") == nil and not pcall(os.getenv))
assert(debug.getmetatable("") == getmetatable("") and debug.getmetatable(host) == false)
assert(debug.gethook() == nil and select("#", debug.sethook()) == 0 and select("#", debug.sethook(coroutine.running(), nil)) == 0)
for _, hook in ipairs { print, "x" } do
  local ok, message = pcall(debug.sethook, hook, "c")
  assert(not ok and message == "hooks are not available in the sandbox", message)
end
for _, value in ipairs { json.null, coroutine.create(print), io.stdout } do
  local ok, message = pcall(debug.setmetatable, value, {})
  assert(not ok and message:find("nil, boolean, number, string, function or table expected", 1, true), message)
end
for _, name in ipairs { "config", "cpath", "path" } do assert(type(package[name]) == "string") end
assert(arg[0] == "sandbox.lua" and #arg == 0)

-- §3.3.2, §6.1: no bytecode, in whatever way it comes.
for _, mode in ipairs { "b", "bt", "t" } do
  local f, message = load("\27Lua\x54\0\x19\x93\r\n\x1a\n", "c", mode)
  assert(f == nil and type(message) == "string", mode)
end
do
  local f, message = load("return 1", "c", "b")
  assert(f == nil and message == "attempt to load a text chunk (mode is 'b')", tostring(message))
  f, message = load("\27Lua", "c", "b")
  assert(f == nil and message:find("binary chunks are not available in the sandbox", 1, true), tostring(message))
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
    coroutine arg debug io math os package string table utf8 State __SCRIPT_ID host json sleep]]):gmatch("%S+") do known[name] = true end
  for name in pairs(_G) do assert(known[name], "an unknown global: " .. tostring(name)) end
end

-- What the sandbox's own functions raise is text, as of stock Lua's functions, with a code and a message beside it.
do
  local function raised(f, ...) return select(2, pcall(f, ...)) end
  for what, e in pairs {
    require = raised(function() require("no.such.module") end),
    get = raised(function() State.get("nope.key") end),
    set = raised(function() State.set("script.main.f", print) end),
    decode = raised(function() json.decode("{") end),
    sleep = raised(function() sleep("x") end),
  } do
    assert(type(e) == "string" and type(e.code) == "string" and e:find(e.message, 1, true), what)
    assert(e:match("^sandbox%.lua:%d+: ") and e:match("^sandbox%.lua:%d+: (.*)$") == e.message, e)
    assert("failed: " .. e == ("failed: %s"):format(e) and #e > 0 and e == tostring(e) and string.find(e, e, 1, true) == 1, what)
    assert(({ [e] = true })[e .. ""] and e .. "" == e and (e .. "").code == e.code, what)
  end
  -- Raised again it has further places before it, and is the same.
  local e = raised(function() error(raised(function() error(raised(State.get, {}), 0) end)) end)
  assert(e.code == "INVALID_VALUE" and e:find(e.message, 1, true))
  assert(raised(coroutine.wrap(function() State.get({}) end)).code == "INVALID_VALUE")
  -- Texts of others have no such fields.
  assert(("x").code == nil and raised(error, "x").message == nil and raised(function() error("x") end).code == nil)
  local ok, found = xpcall(require, function(m) return type(m) .. " " .. tostring(m.code) end, "missing")
  assert(not ok and found == "string MODULE_FAILED", found)
end
