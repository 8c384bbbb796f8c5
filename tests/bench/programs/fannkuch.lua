-- Flips prefixes of every permutation until its first element is 1: small arrays of integers.
local n = ... or 8

local function flips_of(permutation, copy, n)
  for i = 1, n do
    copy[i] = permutation[i]
  end
  local flips, first = 0, copy[1]
  while first ~= 1 do
    local low, high = 1, first
    while low < high do
      copy[low], copy[high] = copy[high], copy[low]
      low, high = low + 1, high - 1
    end
    flips = flips + 1
    first = copy[1]
  end
  return flips
end

-- Turns to the next permutation in the order of rotated prefixes; false after the last.
local function advance(permutation, counts, n)
  for length = 2, n do
    local first = permutation[1]
    for i = 1, length - 1 do
      permutation[i] = permutation[i + 1]
    end
    permutation[length] = first
    counts[length] = counts[length] + 1
    if counts[length] < length then
      return true
    end
    counts[length] = 0
  end
  return false
end

return function()
  local permutation, counts, copy = {}, {}, {}
  for i = 1, n do
    permutation[i], counts[i] = i, 0
  end
  local most, checksum, even = 0, 0, true
  repeat
    local flips = flips_of(permutation, copy, n)
    if flips > most then
      most = flips
    end
    checksum = checksum + (even and flips or -flips)
    even = not even
  until not advance(permutation, counts, n)
  return string.format("%d %d", checksum, most)
end
