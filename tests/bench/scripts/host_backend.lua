-- 2,000 reads of keys that only a page-provided backend has.
return function()
  local sum = 0
  for i = 1, 2000 do
    sum = sum + State.get("script.bench.item" .. i)
  end
  return sum
end
