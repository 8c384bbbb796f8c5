-- Runs parts of a script on their own, and shows values in an order that is always the same.
local cases = {}

local function failed(message)
  return tostring(message)
end

--- One case: its name as a line, then what it prints, then the error it raises, if any.
function cases.case(name, body)
  print("== " .. name)
  local ok, message = xpcall(body, failed)
  if not ok then
    print("FAILED", message)
  end
end

local function text(value, seen)
  if type(value) == "string" then
    return string.format("%q", value)
  elseif type(value) ~= "table" then
    return type(value) == "function" and "function" or tostring(value)
  elseif seen[value] then
    return "<again>"
  end
  seen[value] = true
  local parts = {}
  for key, item in pairs(value) do
    parts[#parts + 1] = "[" .. text(key, seen) .. "]=" .. text(item, seen)
  end
  seen[value] = nil
  table.sort(parts)
  return "{" .. table.concat(parts, ", ") .. "}"
end

--- Prints values with all that is in them.
function cases.show(...)
  local parts = {}
  for i = 1, select("#", ...) do
    parts[i] = text((select(i, ...)), {})
  end
  print(table.concat(parts, "  "))
end

--- Prints the error that a function raises.
function cases.raises(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "no error was raised")
  cases.show(e)
end

return cases
