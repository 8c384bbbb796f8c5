-- table.sort of records by several fields: a function of Lua's that C calls.
local count = ... or 5000

local FIRST = { "Ada", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana" }

local function people()
  local list, seed = {}, 42
  for i = 1, count do
    seed = (seed * 3877 + 29573) % 139968
    list[i] = { name = FIRST[seed % #FIRST + 1], age = 18 + seed // 8 % 60, score = seed / 100, id = i }
  end
  return list
end

local function by_name(a, b)
  if a.name ~= b.name then
    return a.name < b.name
  elseif a.age ~= b.age then
    return a.age < b.age
  end
  return a.id < b.id
end

local function by_score(a, b)
  if a.score ~= b.score then
    return a.score > b.score
  end
  return a.id < b.id
end

local function checksum(list)
  local sum = 0
  for _, person in ipairs(list) do
    sum = (sum * 31 + person.id) % 65521
  end
  return sum
end

return function()
  local list, sums = people(), {}
  for _, order in ipairs { by_name, by_score, by_name } do
    table.sort(list, order)
    sums[#sums + 1] = checksum(list)
  end
  return table.concat(sums, " ")
end
