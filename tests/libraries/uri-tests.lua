local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local URI = require "uri"
require "lunit"
for _, name in ipairs { "_generic", "_pristine", "_relative", "_resolve", "_util", "data", "file", "ftp", "http", "pop", "rtsp", "telnet", "urn", "urn-isbn", "urn-issn", "urn-oid" } do
  case(name, function() require(name) end)
end
case("all", function()
  lunit.setrunner {
    fail = function(_, case, test, where, message) print(case, test, where, message) end,
  }
  local stats = lunit.run()
  show(stats)
end)
