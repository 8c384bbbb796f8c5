local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local say = require "say"
case("texts", function()
  say:set_namespace("en")
  say:set("hello", "Hello %s, %s!")
  say:set("percent", "100% sure")
  show(say("hello", { "you", 1 }), say("percent"), say("absent"), say._VERSION)
  say:set_namespace("de") say:set("hello", "Hallo %s %s")
  show(say("hello", { nil, "x", n = 2 }), say("percent"))
  raises(say, "hello", "text")
end)
