local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
case("templates", function()
  local cosmo = require "cosmo"
  print(cosmo.fill("$a $b|1 $do_it[[ $x ]]", {
    a = 1, b = { "first" }, do_it = function() for i = 1, 3 do cosmo.yield { x = i } end end,
  }))
end)
