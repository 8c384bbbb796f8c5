-- Counts the subsequences of a DNA sequence: many short substrings as keys of tables.
local length = ... or 25000

local function sequence()
  local bases, seed, parts = { "A", "C", "G", "T", "A", "T", "A" }, 42, {}
  for i = 1, length do
    seed = (seed * 3877 + 29573) % 139968
    parts[i] = bases[math.floor(seed * 7 / 139968) + 1]
  end
  return table.concat(parts)
end

local function count(text, width)
  local counts = {}
  for i = 1, #text - width + 1 do
    local key = text:sub(i, i + width - 1)
    counts[key] = (counts[key] or 0) + 1
  end
  return counts
end

local function frequencies(text, width, report)
  local counts, keys = count(text, width), {}
  for key in pairs(counts) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    if counts[a] ~= counts[b] then
      return counts[a] > counts[b]
    end
    return a < b
  end)
  local total = #text - width + 1
  for _, key in ipairs(keys) do
    report[#report + 1] = string.format("%s %.3f", key, counts[key] * 100 / total)
  end
end

local text = sequence()

return function()
  local report = {}
  frequencies(text, 1, report)
  frequencies(text, 2, report)
  for _, key in ipairs { "GGT", "GGTA", "GGTATT", "GGTATTTTAATT", "GGTATTTTAATTTATAGT" } do
    report[#report + 1] = (count(text, #key)[key] or 0) .. " " .. key
  end
  return table.concat(report, ", ")
end
