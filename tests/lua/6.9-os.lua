-- Lua 5.4 reference manual, §6.9: of the operating system, what reads clocks and formats times.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

-- clock.
do
  local a = os.clock()
  assert(math.type(a) == "float" and a >= 0)
  local n = 0
  for i = 1, 1e5 do n = n + i end
  assert(os.clock() >= a, "time goes on")
end

-- time.
do
  local now = os.time()
  assert(math.type(now) == "integer" and now > 1600000000 and os.time() - now <= 2)
  local noon = os.time { year = 2024, month = 2, day = 29 }
  assert(os.time { year = 2024, month = 2, day = 29, hour = 12 } == noon, "noon where no hour is given")
  assert(os.time { year = 2024, month = 2, day = 29, hour = 13 } - noon == 3600)
  assert(os.time { year = 2024, month = 3, day = 1 } - noon == 86400, "leap years")
  assert(os.time { year = 2024, month = 2, day = 30 } == os.time { year = 2024, month = 3, day = 1 }, "fields beyond their range")
  assert(os.time { year = 2024, month = 14, day = 1 } == os.time { year = 2025, month = 2, day = 1 })
  assert(os.time { year = 2024, month = 1, day = 0 } == os.time { year = 2023, month = 12, day = 31 })
  assert(os.time { year = "2024", month = "02", day = 29.0 } == noon, "strings and floats")
  local t = { year = 2024, month = 14, day = -1, hour = 25 }
  os.time(t)
  assert(t.year == 2025 and t.month == 1 and t.day == 31 and t.hour == 1 and t.wday == 6 and t.yday == 31, "the fields are made right")
  fails("field 'day' missing in date table", os.time, { year = 2024, month = 1 })
  fails("field 'month' missing", os.time, { year = 2024, day = 1 })
  fails("field 'year' is not an integer", os.time, { year = 2024.5, month = 1, day = 1 })
  fails("field 'day' is not an integer", os.time, { year = 2024, month = 1, day = "x" })
  fails("field 'year' is out-of-bound", os.time, { year = math.maxinteger, month = 1, day = 1 })
  fails("table expected", os.time, 5)
end

-- date.
do
  local e = os.date("!*t", 0)
  assert(e.year == 1970 and e.month == 1 and e.day == 1 and e.hour == 0 and e.min == 0 and e.sec == 0 and e.wday == 5 and e.yday == 1 and e.isdst == false, "the epoch in UTC")
  assert(os.date("!%Y-%m-%d %H:%M:%S", 1709208000) == "2024-02-29 12:00:00")
  assert(os.date("!%y %j %a %A %b %B %d %e|%I %p %w %%", 1709208000) == "24 060 Thu Thursday Feb February 29 29|12 PM 4 %")
  assert(os.date("!%c", 0) == "Thu Jan  1 00:00:00 1970" and os.date("!%x %X", 0) == "01/01/70 00:00:00" and os.date("!%D %F %T %R", 0) == "01/01/70 1970-01-01 00:00:00 00:00")
  assert(os.date("!%H", 86399) == "23" and os.date("!%n%t", 0) == "\n\t" and os.date("!%C %g %G %V %u %U %W %h", 0) == "19 70 1970 01 4 00 00 Jan")
  assert(os.date("!", 0) == "" and os.date("!plain", 0) == "plain" and os.date("!%Y\0%m", 0) == "1970\00001")
  assert(os.date("!%Y", -86400) == "1969" and os.date("!%Y-%m-%d", 4102444800) == "2100-01-01" and os.date("!%Y", 0.0) == "1970")
  assert(os.time(os.date("*t", 1709208000)) == 1709208000, "there and back")
  assert(type(os.date()) == "string" and #os.date("%c") > 10 and os.date("*t").year >= 2020)
  assert(type(os.date("*t", 0).isdst) == "boolean")
  fails("invalid conversion specifier '%Ez'", os.date, "%Ez", 0)
  fails("invalid conversion specifier '%Q'", os.date, "%Q", 0)
  fails("invalid conversion specifier '%'", os.date, "%", 0)
  fails("number has no integer representation", os.date, "%Y", 1.5)
  fails("cannot be represented", os.date, "!%Y", math.maxinteger)
end

-- difftime.
assert(os.difftime(10, 4) == 6.0 and math.type(os.difftime(10, 4)) == "float" and os.difftime(4, 10) == -6.0)
fails("number expected", os.difftime)
