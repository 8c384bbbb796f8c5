-- Quicksort, heapsort and mergesort in Lua, of the same numbers: comparisons and swaps in arrays.
local count = ... or 15000

local function quicksort(array, low, high)
  while low < high do
    local pivot, i, j = array[(low + high) // 2], low, high
    while i <= j do
      while array[i] < pivot do
        i = i + 1
      end
      while array[j] > pivot do
        j = j - 1
      end
      if i <= j then
        array[i], array[j] = array[j], array[i]
        i, j = i + 1, j - 1
      end
    end
    quicksort(array, low, j)
    low = i
  end
end

local function sift(array, root, size)
  local value = array[root]
  while 2 * root <= size do
    local child = 2 * root
    if child < size and array[child] < array[child + 1] then
      child = child + 1
    end
    if array[child] <= value then
      break
    end
    array[root] = array[child]
    root = child
  end
  array[root] = value
end

local function heapsort(array)
  local size = #array
  for root = size // 2, 1, -1 do
    sift(array, root, size)
  end
  for last = size, 2, -1 do
    array[1], array[last] = array[last], array[1]
    sift(array, 1, last - 1)
  end
end

local function mergesort(array, low, high, spare)
  if low >= high then
    return
  end
  local middle = (low + high) // 2
  mergesort(array, low, middle, spare)
  mergesort(array, middle + 1, high, spare)
  for i = low, middle do
    spare[i] = array[i]
  end
  local i, j, k = low, middle + 1, low
  while i <= middle do
    if j <= high and array[j] < spare[i] then
      array[k], j = array[j], j + 1
    else
      array[k], i = spare[i], i + 1
    end
    k = k + 1
  end
end

local function numbers()
  local array, seed = {}, 42
  for i = 1, count do
    seed = (seed * 3877 + 29573) % 139968
    array[i] = seed
  end
  return array
end

local function checked(array)
  local sum = 0
  for i = 2, #array do
    assert(array[i - 1] <= array[i], "out of order")
    sum = (sum * 31 + array[i]) % 65521
  end
  return sum
end

return function()
  local a, b, c = numbers(), numbers(), numbers()
  quicksort(a, 1, #a)
  heapsort(b)
  mergesort(c, 1, #c, {})
  return checked(a) .. " " .. checked(b) .. " " .. checked(c)
end
