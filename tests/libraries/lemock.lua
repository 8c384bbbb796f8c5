local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
case("mocks", function()
  require "lemock"
  local mc = lemock.controller()
  local m = mc:mock()
  m.x = 17
  local _ = m:foo(1, 2) ; mc:returns("a", "b")
  _ = m.y ; mc:returns(3)
  m("call") ; mc:anytimes()
  mc:replay()
  m.x = 17
  show(m:foo(1, 2))
  show(m.y)
  m("call") m("call")
  mc:verify()
end)
case("what is unexpected", function()
  require "lemock"
  local mc = lemock.controller()
  local m = mc:mock()
  m.foo(1, nil, "x")
  mc:replay()
  raises(function() m.bar(2) end)
  raises(function() m.foo(2) end)
  raises(function() mc:verify() end)
end)
case("errors and labels", function()
  require "lemock"
  local mc = lemock.controller()
  local m = mc:mock()
  m.a() ; mc:label("first")
  m.b() ; mc:depend("first") ; mc:error("told to")
  mc:replay()
  raises(m.b)
  m.a()
  raises(m.b)
  mc:verify()
end)
