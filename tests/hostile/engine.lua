--- tries to lose the metatable of an all-weak table
--- expects returns [0]
collectgarbage("incremental", 100, 40, 6)
collectgarbage("stop")
local ballast, lost = {}, 0
for i = 1, 2000 do ballast[i] = { { i } } end
for round = 1, 200 do
  collectgarbage()
  local t = setmetatable({}, { __mode = "kv" })
  for _ = 1, round do if collectgarbage("step", 0) then break end end
  setmetatable(t, { __mode = "kv", mark = "mine" })
  for _ = 1, 100000 do if collectgarbage("step", 0) then break end end
  local junk = {}
  for i = 1, 300 do junk[i] = { __mode = i, mark = i } end
  local meta = getmetatable(t)
  if type(meta) ~= "table" or rawget(meta, "mark") ~= "mine" then lost = lost + 1 end
end
return lost

--- tries to lose what `__newindex` overwrites itself with
--- expects returns [0]
collectgarbage("incremental", 100, 40, 6)
collectgarbage("stop")
local ballast, lost = {}, 0
for i = 1, 2000 do ballast[i] = { { i } } end
for round = 1, 200 do
  collectgarbage()
  local meta = {}
  meta.__newindex = meta
  local t = setmetatable({}, meta)
  for _ = 1, round do if collectgarbage("step", 0) then break end end
  t.__newindex = { mark = "mine" }
  for _ = 1, 100000 do if collectgarbage("step", 0) then break end end
  local junk = {}
  for i = 1, 300 do junk[i] = { mark = i } end
  local kept = rawget(meta, "__newindex")
  if type(kept) ~= "table" or rawget(kept, "mark") ~= "mine" then lost = lost + 1 end
end
return lost

--- tries an iterator of gmatch again after it failed
--- expects returns ["pattern too complex", "pattern too complex", "pattern too complex"]
local each = string.gmatch(("b"):rep(20000), ("b?"):rep(20000))
local told = {}
for i = 1, 3 do told[i] = select(2, pcall(each)):match("pattern too complex") end
return table.unpack(told)

--- tries to compile without end
--- expects returns [true]
collectgarbage()
local load, before = load, collectgarbage("count")
for _ = 1, 30000 do load("=") end
return collectgarbage("count") < 2 * before + 1000

--- tries finalizers where there is no room for them
--- expects returns [true, 0]
--- holds portable
local made, done = 0, 0
local meta = { __gc = function() ("x"):gsub("x", function() done = done + 1 end) end }
local function deeper()
  for _ = 1, 10 do setmetatable({}, meta) end
  made = made + 10
  -- Some 200 levels fit, and in portable more after each turn of others, up to Lua's own stack.
  if made < 3000 or made % 1000 == 0 then collectgarbage() end
  local _ = (" "):gsub(" ", deeper)
end
pcall(deeper)
collectgarbage()
return made > 100, made - done

--- tries to stop the collector by an enormous step
--- expects returns [true]
local most = 0
for _, size in ipairs { 1 << 21, 3 << 20, (1 << 31) - 1 } do
  collectgarbage()
  collectgarbage("step", size)
  for _ = 1, 200 do
    local _ = ("x"):rep(1 << 17)
    most = math.max(most, collectgarbage("count"))
  end
end
return most < 16000

--- tries a step so long that its work overflows
--- expects returns [true]
collectgarbage("incremental", 200, 1000, 30)
local most = 0
for _ = 1, 200 do
  local _ = ("x"):rep(1 << 17)
  most = math.max(most, collectgarbage("count"))
end
return most < 16000

--- tries to pad without end
--- expects returns [true]
return #string.pack("c30000000", "x") == 30000000 and string.pack("c3", "x") == "x\0\0"

--- tries sizes without end
--- expects returns [false, false]
return pcall(string.packsize, ("c2147483640"):rep(3)) and true, pcall(string.packsize, ("i16"):rep(2 ^ 20 // 1 | 0) .. "c2147483640") and true
