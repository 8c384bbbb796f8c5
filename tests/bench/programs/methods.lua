-- 1,000,000 method calls, found by way of a metatable.
local Counter = {}
Counter.__index = Counter

function Counter:add(n)
  self.count = self.count + n
end

return function()
  local counter = setmetatable({ count = 0 }, Counter)
  for _ = 1, 1000000 do
    counter:add(1)
  end
  return counter.count
end
