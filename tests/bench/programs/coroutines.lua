-- 200,000 switches into a coroutine and back.
return function()
  local next = coroutine.wrap(function()
    local n = 0
    while true do
      n = n + 1
      coroutine.yield(n)
    end
  end)
  local last
  for _ = 1, 200000 do
    last = next()
  end
  return last
end
