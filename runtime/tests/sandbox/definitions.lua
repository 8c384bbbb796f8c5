-- The names that a script finds, except for those in the libraries of Lua's that editors know: a line for each.
local ours = { State = true, debug = true, host = true, io = true, json = true, os = true, package = true }
local known = { coroutine = true, math = true, string = true, table = true, utf8 = true }

local function list(prefix, names)
  for name, value in pairs(names) do
    if not (prefix == "" and known[name]) then
      print((type(value) == "function" and "function " or "") .. prefix .. name)
      if prefix == "" and ours[name] then list(name .. ".", value) end
    end
  end
end

list("", _G)
list("file.", getmetatable(io.stdout).__index)
