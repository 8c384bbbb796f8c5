local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local inifile = require "inifile"
case("from and to text", function()
  local text = "; a comment\n[section]\nkey = value\nnumber = 12.5\nflag=true\n; inside\n[other]\nx=0x10\n"
  local ini = inifile.parse(text, "memory")
  show(ini)
  ini.section.key = "new"
  ini.added = { z = 1 }
  print(inifile.save("", ini, "memory"))
end)
case("from a file", function() show(pcall(inifile.parse, "no such file.ini")) end)
