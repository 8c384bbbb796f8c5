-- 2,000 errors, raised and caught.
return function()
  local caught = 0
  for _ = 1, 2000 do
    if not pcall(error, "no") then
      caught = caught + 1
    end
  end
  return caught
end
