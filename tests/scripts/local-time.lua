-- Local time as the manual's section 6.9 has it. What stock Lua 5.4.8 prints in each zone lies next to it:
-- for zone in local-time/*.out; do TZ=$(basename $zone .out | sed s,-,/,) lua5.4 local-time.lua > $zone; done
local stamps = {0, 1698537600, 1698541200, 1698544800, 1679792399, 1679792400, 1710054000, 1710057600, 1690000000, 1700000000, -100, 4102444800, 951782400, 1e9 // 1 | 0}
for _, s in ipairs(stamps) do
  local t = os.date("*t", s)
  print(s, os.date("%Y-%m-%dT%H:%M:%S%z %a %A %j %U %W %V %p", s), t.isdst, os.time(t) - s, os.time(os.date("!*t", s)) - s)
end
print(os.time{year = 1970, month = 1, day = 1, hour = 0}, os.time{year = 1970, month = 1, day = 1}, os.time{year = 2000, month = 3, day = 30, hour = 0})
print(os.time{year = 2023, month = 3, day = 26, hour = 2, min = 30}, os.time{year = 2023, month = 10, day = 29, hour = 2, min = 30}, os.time{year = 2023, month = 10, day = 29, hour = 2, min = 30, isdst = true}, os.time{year = 2023, month = 10, day = 29, hour = 2, min = 30, isdst = false})
print(os.time{year = 2024, month = 3, day = 10, hour = 2, min = 30}, os.time{year = 2024, month = 7, day = 1, hour = 12, isdst = false}, os.time{year = 2024, month = 1, day = 1, hour = 12, isdst = true}, os.time{year = 2024, month = 7, day = 1, hour = 12, isdst = true})
local n = {year = 2024, month = 7, day = 1, hour = 12, isdst = false} os.time(n) print(n.hour, n.isdst) local n = {year = 2024, month = 1, day = 31 + 29 + 31, hour = 12} os.time(n) print(n.month, n.day, n.yday, n.wday, n.isdst)
print(os.date("%a %A", os.time{year = 2025, month = 1, day = 18, hour = 12}), os.date("%c", 1e9 // 1 | 0), os.date("%x %X %r", 86400 * 3))
print(os.time{year = 1900, month = 1, day = 1, hour = 0}, os.time{year = 2100, month = 7, day = 1, hour = 0}, os.date("%Y-%m-%d %H:%M", -2208988800), os.date("%z", 0), os.date("!%z", 0))
