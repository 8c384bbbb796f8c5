-- 2,000 waits for a promise that has settled already.
local _, settled = ...

return function()
  local waits = 0
  for _ = 1, 2000 do
    settled()
    waits = waits + 1
  end
  return waits
end
