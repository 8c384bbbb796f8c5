local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local lu = require "luaunit"
TestThings = {}
function TestThings:setUp() self.x = 1 end
function TestThings:testGood() lu.assertEquals({ 1, { 2 } }, { 1, { 2 } }) lu.assertAlmostEquals(1, 1.1, 0.2) end
function TestThings:testBad() lu.assertEquals({ 1, 2, 3 }, { 1, 2, 4 }) end
function TestThings:testError() error("an error", 0) end
function TestThings:testSkipped() lu.skip("not now") end
function TestThings:testStrings() lu.assertStrContains("abc", "b") lu.assertErrorMsgContains("y", error, "xyz") end
case("results", function()
  local runner = lu.LuaUnit.new()
  runner:setOutputType("nil")
  show(runner:runSuite("-p", "Test"))
  show(runner.result.successCount, runner.result.failureCount, runner.result.errorCount, runner.result.skippedCount)
  for _, test in ipairs(runner.result.allTests) do show(test.testName, test.status, test.msg) end
end)
case("pretty printing", function()
  print(lu.prettystr({ 1, "a\nb", { x = { true } }, [{}] = 1 } ~= nil))
  print(lu.prettystr({ 1, "it's", 'say "so"', { x = { true } } }))
  raises(lu.assertEquals, "a", "b")
  raises(lu.assertItemsEquals, { 1, 2 }, { 2, 3 })
  raises(lu.assertIsNumber, "1")
end)
case("output", function()
  for _, kind in ipairs { "tap", "text" } do
    local runner = lu.LuaUnit.new()
    local lines, print_, write = {}, print, io.stdout
    function print(...) lines[#lines + 1] = table.concat({ ... }, "\t") end
    runner:setOutputType(kind)
    local code = runner:runSuite("-p", "Good", "-p", "Skipped", "-p", "Bad")
    print = print_
    -- What is said of times differs from run to run.
    for _, line in ipairs(lines) do print((line:gsub("Started on .*", "Started"):gsub("%d+%.%d+ seconds", "some seconds"))) end
    show(code)
  end
end)
