local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
case("lexer", function()
  local lexer = require "ldoc.lexer"
  for kind, value in lexer.lua("local x = [[long]] -- c\nreturn x .. 'y' + 0x1F", {}) do show(kind, value) end
end)
case("builtin names", function()
  local globals = require "ldoc.builtin.globals"
  show(globals.functions.print, globals.tables.string)
end)
case("tools", function()
  show(type(require "ldoc.tools"))
end)
case("markup", function()
  show(type(require "ldoc.markup"))
end)
