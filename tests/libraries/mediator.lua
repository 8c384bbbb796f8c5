local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local mediator = require "mediator"
case("channels", function()
  local m = mediator()
  local first = m:subscribe({ "a", "b" }, function(...) show("first", ...) return ... , true end)
  m:subscribe({ "a" }, function(...) show("parent", ...) return "p", false end, { priority = 1 })
  m:subscribe({ "a", "b" }, function(...) show("picked", ...) end, { predicate = function(x) return x > 5 end })
  show(m:publish({ "a", "b" }, 3))
  show(m:publish({ "a", "b" }, 7))
  first:update({ priority = 1 })
  show(m:getSubscriber(first.id, { "a", "b" }).id == first.id)
  m:removeSubscriber(first.id, { "a", "b" })
  show(m:publish({ "a", "b" }, 9))
end)
