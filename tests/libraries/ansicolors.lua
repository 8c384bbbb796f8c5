local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local colors = require "ansicolors"
case("colours", function()
  show(colors("%{red}hello"), colors("%{redbg}hello%{reset} %{bright underline}there"))
  show(colors.noReset("%{blue}x"), colors(""), colors("no colour"))
end)
case("errors", function() raises(colors, "%{nonsense}x") end)
