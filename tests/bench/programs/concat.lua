-- table.concat of 200,000 strings, made on the way.
return function()
  local parts = {}
  for i = 1, 200000 do
    parts[i] = "item " .. i
  end
  return #table.concat(parts, ",")
end
