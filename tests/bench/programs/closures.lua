-- Functions that make and take functions: map, filter and fold, composition, currying, counters, memoization.
local count = ... or 4000

local function map(list, f)
  local result = {}
  for i = 1, #list do
    result[i] = f(list[i])
  end
  return result
end

local function filter(list, wanted)
  local result = {}
  for i = 1, #list do
    if wanted(list[i]) then
      result[#result + 1] = list[i]
    end
  end
  return result
end

local function fold(list, initial, f)
  local value = initial
  for i = 1, #list do
    value = f(value, list[i])
  end
  return value
end

local function compose(...)
  local functions = { ... }
  return function(value)
    for i = #functions, 1, -1 do
      value = functions[i](value)
    end
    return value
  end
end

local function add(a)
  return function(b)
    return a + b
  end
end

local function counter()
  local count = 0
  return {
    up = function(by)
      count = count + (by or 1)
      return count
    end,
    value = function()
      return count
    end,
  }
end

local function memoized(f)
  local known = {}
  return function(key)
    local value = known[key]
    if value == nil then
      value = f(key)
      known[key] = value
    end
    return value
  end
end

return function()
  local list = {}
  for i = 1, count do
    list[i] = i
  end
  local total = counter()
  for round = 1, 10 do
    local shifted = map(list, compose(add(round), add(1), function(x) return x * 3 end))
    local kept = filter(shifted, function(x) return x % (round + 1) == 0 end)
    total.up(fold(kept, 0, function(a, b) return (a + b) % 65521 end))
    for _, made in ipairs(map(kept, function(x) return function() return x % 7 end end)) do
      total.up(made())
    end
  end
  local steps
  steps = memoized(function(n)
    if n <= 1 then
      return 0
    end
    return 1 + steps(n % 2 == 0 and n // 2 or n * 3 + 1)
  end)
  for i = 1, count // 2 do
    total.up(steps(i) % 5)
  end
  return total.value()
end
