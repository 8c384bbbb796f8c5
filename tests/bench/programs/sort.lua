-- table.sort of 200,000 integers in a scattered order.
return function()
  local numbers, seed = {}, 42
  for i = 1, 200000 do
    seed = (seed * 1103515245 + 12345) % 2147483648
    numbers[i] = seed
  end
  table.sort(numbers)
  return numbers[1] + numbers[100000] + numbers[200000]
end
