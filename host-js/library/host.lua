---@meta

---The page's functions. Which there are is the page's to say: `runner.luaTypes()` gives their definitions. One that is
---not registered is nil, and `pairs(host)` finds what is. A call waits for the page's promise; what the page throws is an
---error with the code `HOST_ERROR`.
---@class host
host = {}

---Suspends the script, and nothing else.
---@param ms number Milliseconds.
function sleep(ms) end

---The id that the script acts as.
---@type string
__SCRIPT_ID = ""

---The script's name, at 0, and its arguments, from 1.
---@type table<integer, any>
arg = {}
