local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local coxpcall = require "coxpcall"
case("over coroutines", function()
  local co = coroutine.wrap(function()
    show(coxpcall.pcall(function() coroutine.yield(1) error({ code = 2 }) end))
    show(coxpcall.xpcall(function() coroutine.yield(3) error("x", 0) end, function(e) return "h " .. e end))
    return "end"
  end)
  show(co()) show(co()) show(co())
  show(coxpcall.running ~= nil)
end)
