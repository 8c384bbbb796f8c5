-- All ways to place queens that do not attack each other: recursion over arrays of booleans.
local n = ... or 10

local function place(row, columns, rising, falling)
  if row > n then
    return 1
  end
  local ways = 0
  for column = 1, n do
    local up, down = row + column, row - column + n
    if not (columns[column] or rising[up] or falling[down]) then
      columns[column], rising[up], falling[down] = true, true, true
      ways = ways + place(row + 1, columns, rising, falling)
      columns[column], rising[up], falling[down] = false, false, false
    end
  end
  return ways
end

return function()
  return place(1, {}, {}, {})
end
