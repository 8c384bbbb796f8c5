-- Names that Lua 5.1 had: what ran by them runs, with the numbers and the rules of 5.4.
local _G, package, debug, table = _G, package, debug, table
local error, getmetatable, load, next, select, setmetatable, type = error, getmetatable, load, next, select, setmetatable, type
local getinfo, getupvalue, upvaluejoin = debug.getinfo, debug.getupvalue, debug.upvaluejoin

unpack, table.getn = table.unpack, function(t) return #t end
string.gfind, math.mod, package.loaders = string.gmatch, math.fmod, package.searchers

function loadstring(text, name)
  if type(text) ~= 'string' then error('bad argument #1 to \'loadstring\' (string expected, got ' .. type(text) .. ')', 2) end
  return load(text, name or text)
end

function table.maxn(t)
  local most = 0
  for key in next, t do
    if type(key) == 'number' and key > most then most = key end
  end
  return most
end

function table.foreach(t, f)
  for key, value in next, t do
    local result = f(key, value)
    if result ~= nil then return result end
  end
end

function table.foreachi(t, f)
  for at = 1, #t do
    local result = f(at, t[at])
    if result ~= nil then return result end
  end
end

-- The function that `of` is or stands for, called by `who`; nil for the global environment.
local function functionOf(of, who)
  if type(of) == 'function' then return of end
  if of == 0 then return nil end
  if math.type(of) == nil or of < 0 then error('bad argument #1 to \'' .. who .. '\' (function or level expected)', 3) end
  local info = getinfo(of + 2, 'f')
  if not info then error('bad argument #1 to \'' .. who .. '\' (invalid level)', 3) end
  return info.func
end

-- Where a function has its environment: nowhere, if it uses no global names.
local function environmentOf(f)
  for at = 1, 255 do
    local name = getupvalue(f, at)
    if name == '_ENV' then return at end
    if not name or name == '' then return nil end
  end
end

function getfenv(of)
  local f = functionOf(of == nil and 1 or of, 'getfenv')
  local at = f and environmentOf(f)
  if not at then return _G end
  local _, environment = getupvalue(f, at)
  return environment
end

function setfenv(of, environment)
  if type(environment) ~= 'table' then error('bad argument #2 to \'setfenv\' (table expected, got ' .. type(environment) .. ')', 2) end
  local f = functionOf(of, 'setfenv')
  if not f or getinfo(f, 'S').what == 'C' then error('\'setfenv\' cannot change environment of given object', 2) end
  local at = environmentOf(f)
  -- This function alone: others may share the variable.
  if at then upvaluejoin(f, at, function() return environment end, 1) end
  return f
end

-- The metatables of proxies, which are tables here.
local proxies = setmetatable({}, { __mode = 'k' })

function newproxy(of)
  local metatable
  if of == true then
    metatable = {}
    proxies[metatable] = true
  elseif of then
    metatable = getmetatable(of)
    if not proxies[metatable or 0] then error('bad argument #1 to \'newproxy\' (boolean or proxy expected)', 2) end
  end
  return setmetatable({}, metatable)
end

function package.seeall(module)
  local metatable = getmetatable(module) or {}
  metatable.__index = _G
  setmetatable(module, metatable)
end

-- The table at `name`, which is made where there is none; nil where there is something else.
local function tableAt(name)
  local at = _G
  for part in name:gmatch('[^.]+') do
    if at[part] == nil then at[part] = {} end
    at = at[part]
    if type(at) ~= 'table' then return nil end
  end
  return at
end

function module(name, ...)
  local module = package.loaded[name]
  if type(module) ~= 'table' then
    module = tableAt(name)
    if not module then error('name conflict for module \'' .. name .. '\'', 2) end
    package.loaded[name] = module
  end
  if module._NAME == nil then
    module._M, module._NAME, module._PACKAGE = module, name, name:match('^(.-)[^.]*$')
  end
  local f = getinfo(2, 'f').func
  setfenv(f, module)
  for at = 1, select('#', ...) do (select(at, ...))(module) end
end
