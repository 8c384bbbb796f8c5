local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
case("module", function()
  require "compat53"
  local M = require "compat53.module"
  show(M == _G or type(M), table.unpack { 1, 2 }, math.tointeger(3.0), utf8.len("äö"))
  show(string.pack("<i4", 7), table.move({ 1, 2, 3 }, 2, 3, 1), table.pack(1, nil).n)
end)
