-- Runs the callbacks of State.watch while the script sleeps or waits.
local pause, change, report, deadline, watch, unwatch, functions = ...
local create, pcall, resume, tostring, traceback = coroutine.create, pcall, coroutine.resume, tostring, debug.traceback
local setmetatable = setmetatable

local function callbacks()
  local number, value, key = change()
  while number do
    local callback = functions[number]
    if callback then
      local ok, failure = pcall(callback, value, key)
      if not ok then report("error in a State.watch callback: " .. tostring(failure)) end
    end
    number, value, key = change()
  end
end

return {
  sleep = function(ms)
    local until_then = deadline(ms)
    repeat callbacks() until pause(until_then)
    callbacks()
  end,

  wait = function(key, ms)
    local changed, result, number, until_then = false, nil, nil, nil
    -- However this ends.
    local _ <close> = setmetatable({}, { __close = function()
      if not number then return end
      functions[number] = nil
      unwatch(number)
    end })
    number, until_then = watch(key, ms)
    functions[number] = function(value)
      if not changed then changed, result = true, value end
    end
    repeat callbacks() until changed or pause(until_then)
    return result, changed
  end,

  async = function(fn, ...)
    local thread = create(fn)
    local ok, failure = resume(thread, ...)
    if not ok then report("error in State.async: " .. traceback(thread, tostring(failure))) end
  end,

  forever = function()
    while true do
      callbacks()
      pause()
    end
  end,
}
