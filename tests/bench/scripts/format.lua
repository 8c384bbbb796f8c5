-- 100,000 calls of string.format with an integer, a string and a float.
return function()
  local format, length = string.format, 0
  for i = 1, 100000 do
    length = length + #format("%d: %s = %.3f", i, "value", i / 7)
  end
  return length
end
