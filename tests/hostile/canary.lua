-- Runs after each hostile script, in a run of its own: finds what that has left behind.
local expected = " _G _VERSION __test assert collectgarbage coroutine debug error getmetatable host io ipairs json load "
  .. "loadfile dofile math next os package pairs pcall print rawequal rawget rawlen rawset require select setmetatable "
  .. "sleep State string table tonumber tostring type utf8 warn xpcall __SCRIPT_ID arg "
for name in pairs(_G) do
  if not expected:find(" " .. tostring(name) .. " ", 1, true) then return "global " .. tostring(name) end
end
local meta = getmetatable("")
for name in pairs(meta) do
  if name ~= "__index" and not name:find("^__[a-z]+$") then return "string metatable " .. name end
end
if meta.__index ~= string or ("x"):upper() ~= "X" or ("x").anything ~= nil then return "string methods" end
if pcall(function() return ("x")() end) or pcall(function() return "a" + "b" end) then return "string operators" end
if json.encode(json.array()) ~= "[]" or next(json.array()) ~= nil then return "arrays" end
local ok, problem = pcall(State.get, "script.victim.secret")
if ok or problem.code ~= "PERMISSION_DENIED" or not problem:find(problem.message, 1, true) then return "permissions" end
if host.probe() ~= "clean" then return "host" end
if coroutine.wrap(function() return 1 end)() ~= 1 or not collectgarbage("isrunning") then return "coroutines" end
return "clean"
