local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
case("jsontest", function() require "jsontest" end)
