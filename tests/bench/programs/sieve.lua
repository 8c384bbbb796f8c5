-- The primes below a bound, and the sum of their gaps: one long array of booleans.
local bound = ... or 400000

return function()
  local composite, primes = {}, {}
  for i = 1, bound do
    composite[i] = false
  end
  for i = 2, bound do
    if not composite[i] then
      primes[#primes + 1] = i
      if i <= bound // i then
        for multiple = i * i, bound, i do
          composite[multiple] = true
        end
      end
    end
  end
  local widest = 0
  for i = 2, #primes do
    widest = math.max(widest, primes[i] - primes[i - 1])
  end
  return string.format("%d primes, the last %d, widest gap %d", #primes, primes[#primes], widest)
end
