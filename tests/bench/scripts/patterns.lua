-- gsub and gmatch over 180 KB.
local text = ("The quick brown fox jumps over the lazy dog. "):rep(4000)

return function()
  local _, replaced = text:gsub("%w+", "<%0>")
  local words = 0
  for word in text:gmatch("%a+") do
    words = words + #word
  end
  return replaced + words
end
