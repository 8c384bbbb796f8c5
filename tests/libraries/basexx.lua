local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local basexx = require "basexx"
local text = "Hello, W\0rld! \255\128"
case("there and back", function()
  for _, name in ipairs { "bit", "hex", "base32", "crockford", "base64", "url64" } do
    local encoded = basexx["to_" .. name](text)
    show(name, encoded, basexx["from_" .. name](encoded) == text)
  end
  show(basexx.to_z85("12345678"), basexx.from_z85(basexx.to_z85("12345678")))
end)
case("what is ignored and what is wrong", function()
  show(basexx.from_hex("4 8-4", " -"), basexx.from_hex("zz"))
  show(basexx.from_base64("SGVsbG8*"), basexx.from_base32("!"))
  show(basexx.to_z85("123"))
end)
