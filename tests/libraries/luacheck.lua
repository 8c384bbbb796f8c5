local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local source = "local a = 1\nlocal function f(x, y) return x end\nfoo = bar\nfor i = 1, 3 do local i = i end\nif x then else end\ngoto l ::l:: ::m::\nlocal b <close> = nil\n"
case("checking", function()
  local check = require "luacheck.check"
  local report = check(source)
  for _, warning in ipairs(report.warnings) do show(warning.code, warning.line, warning.name) end
  show(check("local = 1").warnings)
end)
case("parsing", function()
  local parser = require "luacheck.parser"
  local decoder = require "luacheck.decoder"
  show((parser.parse(decoder.decode("local t = { 1, 'two', [3] = function(...) return ... end }"))))
end)
case("the whole", function()
  local luacheck = require "luacheck"
  local report = luacheck.check_strings({ source, "return 1" }, { std = "max" })
  show(report.warnings, report.errors, report.fatals)
  for _, event in ipairs(report[1]) do print(event.line, luacheck.get_message(event)) end
end)
