local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
case("grammar", function()
  local grammar = require "leg.grammar"
  show(type(grammar.apply))
end)
