-- 20,000 calls of a host function that does nothing.
local noop = ...

return function()
  local calls = 0
  for _ = 1, 20000 do
    noop()
    calls = calls + 1
  end
  return calls
end
