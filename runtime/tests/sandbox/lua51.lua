-- Prints what stock Lua 5.1.5 prints.
do
  local proxy = newproxy(true)
  getmetatable(proxy).__len = function() return 7 end
  getmetatable(proxy).__index = function(_, key) return key .. '!' end
  local other = newproxy(proxy)
  print(#proxy, #other, proxy.x, getmetatable(proxy) == getmetatable(other), proxy == other)
  print(getmetatable(newproxy()), getmetatable(newproxy(false)), (pcall(newproxy, 1)), (pcall(newproxy, {})))
end
print(unpack({ 1, 2, 3 }, 2))
print(table.getn({ 'a', 'b' }), table.maxn({ [1] = 1, [7] = 1 }), table.maxn({}))
print(loadstring('return ...')('x'), (loadstring('x x')))
print((pcall(loadstring, nil)))
for word in string.gfind('a b', '%a') do print(word) end
print(math.pow(2, 10) == 1024, math.mod(7, 3) == 1, math.ldexp(1, 4) == 16, math.log10(100) == 2, math.cosh(0) == 1)
table.foreach({ x = 1 }, print)
print(table.foreachi({ 'a', 'b' }, function(at, value) if at == 2 then return value end end))

-- Environments.
print(getfenv() == _G, getfenv(0) == _G, getfenv(1) == _G, getfenv(print) == _G)
local function reads() return color end
local function sets(value) color = value end
color = 'of all'
print(setfenv(reads, { color = 'its own' }) == reads, reads(), color)
local place = { print = print }
setfenv(sets, place)
sets('of a place')
print(color, place.color, getfenv(sets) == place, getfenv(reads).color)
print((function() setfenv(1, { tostring = tostring }) return tostring(color), tostring(print) end)())
local function inner() setfenv(2, { color = 'of the caller' }) end
print((function() local before = color inner() return before, color end)())
print(pcall(setfenv, print, {}))
print((pcall(setfenv, reads, nil)), (pcall(getfenv, 100)), (pcall(getfenv, 'x')))
local chunk = loadstring('x = 1 return x, y')
local sandbox = setmetatable({ y = 'seen' }, { __index = _G })
print(setfenv(chunk, sandbox)())
print(sandbox.x, x)

-- Modules.
package.preload['shapes.round'] = loadstring([[
  module(..., package.seeall)
  local pi = 3
  function area(r) return pi * r * r end
  function describe() return _NAME, _PACKAGE, type(print) end
]])
local round = require 'shapes.round'
print(round == shapes.round, round.area(2), round.describe())
print(round._M == round, area, package.loaded['shapes.round'] == round)
module('other')
