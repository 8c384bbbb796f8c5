-- Products of square matrices: three nested loops over arrays of floats.
local n = ... or 90

local function filled(seed)
  local matrix = {}
  for i = 1, n do
    matrix[i] = {}
    for j = 1, n do
      seed = (seed * 3877 + 29573) % 139968
      matrix[i][j] = seed / 139968 - 0.5
    end
  end
  return matrix
end

local function transposed(matrix)
  local result = {}
  for i = 1, n do
    result[i] = {}
    for j = 1, n do
      result[i][j] = matrix[j][i]
    end
  end
  return result
end

local function product(a, b)
  local columns, result = transposed(b), {}
  for i = 1, n do
    local row, sums = a[i], {}
    for j = 1, n do
      local column, sum = columns[j], 0
      for k = 1, n do
        sum = sum + row[k] * column[k]
      end
      sums[j] = sum
    end
    result[i] = sums
  end
  return result
end

return function()
  local a, b = filled(42), filled(7)
  local c = product(product(a, b), transposed(a))
  local trace = 0
  for i = 1, n do
    trace = trace + c[i][i]
  end
  return string.format("%.9f %.9f", trace, c[1][n])
end
