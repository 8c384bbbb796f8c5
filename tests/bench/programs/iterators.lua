-- Loops of every kind: pairs, ipairs, next, gmatch, iterators with and without state, closures that iterate.
local count = ... or 3000

local function range(from, to, step)
  local i = from - step
  return function()
    i = i + step
    if i <= to then
      return i
    end
  end
end

local function reversed_next(list, i)
  i = i - 1
  if i > 0 then
    return i, list[i]
  end
end

local function reversed(list)
  return reversed_next, list, #list + 1
end

local function windows(list, width)
  local i = 0
  return function()
    i = i + 1
    if i + width - 1 <= #list then
      return list[i], list[i + width - 1]
    end
  end
end

local function sorted_pairs(map)
  local keys, i = {}, 0
  for key in pairs(map) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return function()
    i = i + 1
    return keys[i], map[keys[i]]
  end
end

local Bag = {}
Bag.__pairs = function(bag)
  return next, bag.items, nil
end

return function()
  local list, map, words = {}, {}, {}
  for i in range(1, count, 1) do
    list[#list + 1] = i * 7 % 1000
    map["key " .. i % 200] = i
    words[#words + 1] = "word" .. i % 10
  end
  local bag, text = setmetatable({ items = map }, Bag), table.concat(words, " ")
  local sum = 0
  for _ = 1, 8 do
    for i, value in ipairs(list) do
      sum = sum + i % 3 * value
    end
    for _, value in pairs(list) do
      sum = sum + value
    end
    for i, value in reversed(list) do
      sum = sum + i % 5 - value % 3
    end
    for first, last in windows(list, 5) do
      sum = sum + last - first
    end
    for key, value in sorted_pairs(map) do
      sum = (sum * 3 + #key + value) % 65521
    end
    for _, value in pairs(bag) do
      sum = sum + value
    end
    local key, value = next(list)
    while key do
      sum = sum + value % 2
      key, value = next(list, key)
    end
    for word, number in text:gmatch("(%a+)(%d+)") do
      sum = sum + #word + tonumber(number)
    end
    sum = sum % 65521
  end
  return sum
end
