-- Lua 5.4 reference manual, §2.5: garbage collection; collectgarbage of §6.1.

-- §6.1 collectgarbage.
assert(collectgarbage() == 0 and collectgarbage("collect") == 0)
do
  local kilobytes = collectgarbage("count")
  assert(math.type(kilobytes) == "float" and kilobytes > 1)
  assert(collectgarbage("isrunning") == true)
  assert(type(collectgarbage("step")) == "boolean" and type(collectgarbage("step", 100)) == "boolean")
  assert(collectgarbage("stop") == 0 and collectgarbage("isrunning") == false)
  assert(collectgarbage("restart") == 0 and collectgarbage("isrunning") == true)
  collectgarbage("incremental") -- the mode at the start is the host's
  assert(collectgarbage("incremental") == "incremental" and collectgarbage("generational") == "incremental")
  local t = {}
  for i = 1, 1000 do t[i % 10] = { i } end
  assert(collectgarbage("incremental", 100, 200, 10) == "generational")
  local pause = collectgarbage("setpause", 160)
  assert(collectgarbage("setpause", pause) == 160)
  local multiplier = collectgarbage("setstepmul", 200)
  assert(collectgarbage("setstepmul", multiplier) == 200)
  assert(not pcall(collectgarbage, "no such option"))
  collectgarbage("incremental", 200, 100, 13)
end

collectgarbage("stop") -- so that only the calls below collect

-- §2.5.3 Finalizers: in reverse order of their marking, once for each marking.
do
  local log = {}
  local function marked(name)
    return setmetatable({}, { __gc = function(o) log[#log + 1] = name assert(type(o) == "table") end })
  end
  for i = 1, 3 do marked(i) end
  collectgarbage()
  assert(table.concat(log, " ") == "3 2 1", table.concat(log, " "))
  log = {}
  local kept = marked("kept")
  collectgarbage()
  assert(#log == 0)
  kept = nil
  collectgarbage() collectgarbage()
  assert(table.concat(log, " ") == "kept", "once")
  -- A metatable that gets its __gc later does not mark.
  log = {}
  local mt = {}
  ;(function() setmetatable({}, mt) end)()
  mt.__gc = function() log[1] = "late" end
  collectgarbage()
  assert(#log == 0, "not marked without __gc in the metatable")
  mt = { __gc = true }
  ;(function() setmetatable({}, mt) end)()
  mt.__gc = function() log[1] = "marked" end
  collectgarbage()
  assert(log[1] == "marked", "any __gc marks")
  -- Resurrection.
  local saved
  local function resurrect()
    setmetatable({ name = "r" }, { __gc = function(o) saved = o end })
  end
  resurrect()
  collectgarbage()
  assert(saved and saved.name == "r", "an object lives again")
  saved = nil
  collectgarbage()
  assert(saved == nil, "and is not finalized again unless it is marked again")
end
do -- Errors in finalizers are warnings, not errors.
  setmetatable({}, { __gc = function() error("in a finalizer") end })
  assert(collectgarbage() == 0)
  local n = 0
  setmetatable({}, { __gc = function() n = n + 1 local co = coroutine.wrap(function() coroutine.yield(1) end) co() n = n + 1 end })
  collectgarbage()
  assert(n == 2, "a finalizer runs any code")
end

-- §2.5.4 Weak tables.
do
  local values = setmetatable({}, { __mode = "v" })
  values[1], values[2], values.s, values.n = {}, function() return values end, "string", 42
  local strong = {}
  values.kept = strong
  collectgarbage()
  assert(values[1] == nil and values[2] == nil and values.s == "string" and values.n == 42 and values.kept == strong)
  local keys = setmetatable({}, { __mode = "k" })
  keys[{}], keys[strong], keys.text = 1, 2, {}
  collectgarbage()
  local n = 0
  for k in pairs(keys) do n = n + 1 end
  assert(n == 2 and keys[strong] == 2 and keys.text)
  -- Ephemerons: a value that refers to its own key does not keep it.
  do local key = {} keys[key] = { key } end
  do local a, b = {}, {} keys[a], keys[b] = b, a end
  collectgarbage()
  n = 0
  for k in pairs(keys) do n = n + 1 end
  assert(n == 2, "ephemerons")
  local both = setmetatable({}, { __mode = "kv" })
  both[{}] = 1
  both[1] = {}
  both[strong] = strong
  collectgarbage()
  n = 0
  for k in pairs(both) do n = n + 1 end
  assert(n == 1 and both[strong] == strong)
  -- Finalized objects leave weak values before their finalizer, weak keys after it.
  local seen_value, seen_key
  local wv, wk = setmetatable({}, { __mode = "v" }), setmetatable({}, { __mode = "k" })
  local function make()
    local o = setmetatable({}, { __gc = function(o) seen_value, seen_key = wv[1], wk[o] end })
    wv[1], wk[o] = o, "key"
  end
  make()
  collectgarbage()
  assert(seen_value == nil and seen_key == "key")
end
collectgarbage("restart")
do -- Garbage is collected by itself.
  collectgarbage()
  local before = collectgarbage("count")
  for i = 1, 200000 do local t = { i } end
  assert(collectgarbage("count") < before + 10000, "garbage does not pile up")
  local cyclic = {}
  for i = 1, 100 do local a, b = {}, {} a.b, b.a = b, a end
  collectgarbage()
  assert(collectgarbage("count") < before + 1000)
end
