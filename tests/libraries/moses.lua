local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
for _, name in ipairs { "moses", "moses_min" } do
  local M = require(name)
  case(name, function()
    show(M.map({ 1, 2, 3 }, function(v) return v * v end), M.select({ 1, 2, 3, 4 }, function(v) return v % 2 == 0 end))
    show(M.reduce({ 1, 2, 3 }, function(a, b) return a + b end), M.flatten({ 1, { 2, { 3 } } }), M.uniq({ 1, 1, 2 }))
    show(M.groupBy({ 1, 2, 3 }, function(v) return v % 2 == 0 and "even" or "odd" end), M.zip({ 1, 2 }, { "a", "b" }))
    show(M.chain({ 3, 1, 2 }):sort():map(function(v) return v + 1 end):value())
    show(M.range(1, 10, 3), M.permutation and true, M.isEqual({ 1, { 2 } }, { 1, { 2 } }), M.keys({ a = 1 }))
    show(M.compose(function(x) return x + 1 end, function(x) return x * 2 end)(5), M.memoize(function(x) return x end)(4))
    show(1, M.isInteger(3.0), M.isNaN(0 / 0), M.identity(1))
    show(M.partition and "partition", M.difference({ 1, 2, 3 }, { 2 }), M.union({ 1 }, { 2 }), M.uniqueId())
    show(M.bind(function(a, b) return a .. b end, "x")("y"), M.times(function(i) return i end, 3), 1)
  end)
end
