-- A loop of 10,000,000 float additions.
return function()
  local sum = 0.0
  for _ = 1, 10000000 do
    sum = sum + 0.5
  end
  return sum
end
