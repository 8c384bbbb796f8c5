local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local fifo = require "fifo"
case("queue", function()
  local q = fifo(1, 2, 3)
  q:push("a") q:insert(2, "b")
  show(#q, q:length(), q:peek(), q:peek(9), q:remove(1))
  while #q > 0 do show(q:pop()) end
  raises(q.pop, q)
  q:setempty(function() return "none", 1 end)
  show(q:pop())
  raises(q.peek, q, 1.5)
end)
