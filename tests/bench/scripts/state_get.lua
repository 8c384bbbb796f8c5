-- 1,000,000 reads of a key that is in memory.
State.set("script.bench.level", 42)
local get = State.get

return function()
  local sum = 0
  for _ = 1, 1000000 do
    sum = sum + get("script.bench.level")
  end
  return sum
end
