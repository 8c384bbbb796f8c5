local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local json = require "dkjson"
local value = { a = { 1, 2.5, "x\n\"\u{2028}", true, json.null }, b = {}, n = -0.0, big = 2^53, int = math.maxinteger }
case("encoding", function()
  print(json.encode(value, { indent = true, keyorder = { "n", "b", "a", "big", "int" } }))
  show(json.encode(setmetatable({}, { __jsontype = "array" })), json.encode({ 0 / 0, 1 / 0 }))
  show(json.quotestring("\0ä\127"), json.encode("text"))
  show(pcall(json.encode, { print }))
  show(json.encode({ print }, { exception = function(reason, v, state, message) return json.quotestring(reason) end }))
  local cycle = {} cycle[1] = cycle
  show(pcall(json.encode, cycle))
end)
case("decoding", function()
  show(json.decode('{"a":[1,2.0,1e3,null,"\\u00e4\\ud83d\\ude00"],/* c */"b":{"c":false}} // end', 1, "NULL"))
  show(json.decode("[1,2", 1), json.decode("nope"), json.decode('{"a" 1}'))
  show(getmetatable(json.decode("[]", 1, nil)).__jsontype)
  show(json.decode("[{}]", 1, nil, nil))
end)
case("with lpeg if there is one", function()
  show(json.version, type(json.use_lpeg))
end)
