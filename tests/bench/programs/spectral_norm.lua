-- The largest singular value of an infinite matrix, approximated: divisions and float sums in arrays.
local n = ... or 100

local function cell(i, j)
  local diagonal = i + j
  return 1 / (diagonal * (diagonal + 1) / 2 + i + 1)
end

local function multiply(n, v, result)
  for i = 0, n - 1 do
    local sum = 0
    for j = 0, n - 1 do
      sum = sum + cell(i, j) * v[j + 1]
    end
    result[i + 1] = sum
  end
end

local function multiply_transposed(n, v, result)
  for i = 0, n - 1 do
    local sum = 0
    for j = 0, n - 1 do
      sum = sum + cell(j, i) * v[j + 1]
    end
    result[i + 1] = sum
  end
end

return function()
  local u, v, between = {}, {}, {}
  for i = 1, n do
    u[i] = 1
  end
  for _ = 1, 10 do
    multiply(n, u, between)
    multiply_transposed(n, between, v)
    multiply(n, v, between)
    multiply_transposed(n, between, u)
  end
  local uv, vv = 0, 0
  for i = 1, n do
    uv = uv + u[i] * v[i]
    vv = vv + v[i] * v[i]
  end
  return string.format("%.9f", math.sqrt(uv / vv))
end
