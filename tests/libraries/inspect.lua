local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local inspect = require "inspect"
case("values", function()
  print(inspect({ 1, 2, "three", a = { b = { c = true } }, [1.5] = "x", ["a b"] = 1, ["end"] = 2 }))
  print(inspect("tab\t\"quote\" 'single' \0\1\127"), inspect(nil), inspect(1 / 0), inspect(print))
  print(inspect({ print, function() end, coroutine.create(print) }))
  local t = { 1 } t.self = t
  print(inspect(t), inspect(setmetatable({}, { __index = { x = 1 }, __tostring = tostring })))
end)
case("options", function()
  local t = { a = { b = { c = {} } }, 1, 2 }
  print(inspect(t, { depth = 2 }), inspect(t, { newline = "@", indent = ">>" }))
  print(inspect(t, { process = function(item, path)
    if path[#path] ~= inspect.METATABLE and path[#path] ~= "b" then return item end
  end }))
  print(inspect({ [true] = 2, [inspect.KEY] = 3 }))
end)
