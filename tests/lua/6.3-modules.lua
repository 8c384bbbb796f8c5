-- Lua 5.4 reference manual, §6.3: modules, of which the sandbox has require and the run's own package tables.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end

-- package.preload: the loader gets the name and ":preload:", and runs once.
local count = 0
package.preload.counted = function(...)
  count = count + 1
  local name, extra = ...
  assert(select("#", ...) == 2 and name == "counted" and extra == ":preload:")
  return { count = count }
end
local module, extra = require("counted")
assert(module.count == 1 and extra == ":preload:")
assert(require("counted") == module and count == 1, "the second time it comes from package.loaded")
assert(select("#", require("counted")) == 1, "and without the loader's data")

-- package.loaded.
assert(package.loaded.counted == module and package.loaded._G == _G and package.loaded.string == string)
assert(require("string") == string and require("table") == table and require("coroutine") == coroutine)
package.loaded.counted = nil
assert(require("counted").count == 2 and count == 2, "what is taken away is loaded anew")
package.loaded.given = "whatever is there"
assert(require("given") == "whatever is there")

-- What a loader gives back.
package.preload.nothing = function() end
assert(require("nothing") == true and package.loaded.nothing == true, "nothing becomes true")
package.preload.puts = function(name) package.loaded[name] = "put by itself" end
assert(require("puts") == "put by itself", "unless the loader has put something there")
package.preload.both = function(name) package.loaded[name] = "put" return "given" end
assert(require("both") == "given" and package.loaded.both == "given", "what is given counts for more")
package.preload.falsy = function() return false end
assert(require("falsy") == false and package.loaded.falsy == false)
assert(require("falsy") == false, "false counts as not loaded, and is loaded again")

-- Errors in a loader pass through, and it is tried again.
local attempts = 0
package.preload.flaky = function()
  attempts = attempts + 1
  if attempts == 1 then error("not yet", 0) end
  return "now"
end
fails("not yet", require, "flaky")
assert(package.loaded.flaky == nil and require("flaky") == "now" and attempts == 2)
local problem = {}
package.preload.tabular = function() error(problem) end
local ok, raised = pcall(require, "tabular")
assert(not ok and raised == problem, "an error keeps its value")

-- package.searchers: asked in order; a function is a loader, text explains, and nil says nothing.
local asked = {}
table.insert(package.searchers, 1, function(name)
  asked[#asked + 1] = name
  if name == "searched" then
    return function(n, where) return { name = n, where = where } end, "data"
  end
  return "\n\tno searched '" .. name .. "'"
end)
local found, data = require("searched")
assert(found.name == "searched" and found.where == "data" and data == "data")
assert(require("nothing") == true and #asked == 1, "what is loaded is not searched for")
package.loaded.nothing = nil
assert(require("nothing") == true and asked[2] == "nothing", "the next searcher is asked when one has nothing")
fails("no searched 'missing'", require, "missing")
fails("module 'missing' not found", require, "missing")
table.remove(package.searchers, 1)

-- A searcher without data: the loader gets nil as its second argument.
table.insert(package.searchers, 1, function(name)
  if name == "bare" then return function(...) return select("#", ...) end end
end)
local arguments, none = require("bare")
assert(arguments == 2 and none == nil)
table.remove(package.searchers, 1)

-- Arguments.
fails("string expected", require)
fails("string expected", require, {})
package.preload["5"] = function(name) return name end
assert(require(5) == "5", "a number is its text")
