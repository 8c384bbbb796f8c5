---@meta

---Without `debug`, `getlocal`, `setlocal`, `getregistry`, `getuservalue`, `setuservalue` and `setcstacklimit`.
---@class debuglib
debug = {}

---@class debuginfo
---@field name string
---@field namewhat string
---@field source string
---@field short_src string
---@field linedefined integer
---@field lastlinedefined integer
---@field what string
---@field currentline integer
---@field istailcall boolean
---@field nups integer
---@field nparams integer
---@field isvararg boolean
---@field func function
---@field ftransfer integer
---@field ntransfer integer
---@field activelines table<integer, true>

---A script has no hook.
---@param co? thread
---@return nil
function debug.gethook(co) end

---What is known of a function, or of one that is running; nothing of locals.
---@overload fun(f: integer|function, what?: string): debuginfo?
---@param thread thread
---@param f integer|async fun(...: any): ...
---@param what? string
---@return debuginfo? info
function debug.getinfo(thread, f, what) end

---The global `getmetatable`: protected metatables stay so.
---@param object any
---@return any metatable
function debug.getmetatable(object) end

---@param f function A function in Lua.
---@param up integer
---@return string? name
---@return any value
function debug.getupvalue(f, up) end

---Takes no hook: an error, unless it is called without one.
---@param ... nil|thread
function debug.sethook(...) end

---Sets the metatable of a table, or of all values of a basic type.
---@generic T
---@param value T Not a userdata, not a coroutine.
---@param meta? table
---@return T value
function debug.setmetatable(value, meta) end

---@param f function A function in Lua.
---@param up integer
---@param value any
---@return string? name
function debug.setupvalue(f, up, value) end

---@overload fun(message?: any, level?: integer): string
---@param thread thread
---@param message? any
---@param level? integer
---@return string traceback
function debug.traceback(thread, message, level) end

---@param f function A function in Lua.
---@param n integer
---@return lightuserdata? id
function debug.upvalueid(f, n) end

---@param f1 function A function in Lua.
---@param n1 integer
---@param f2 function A function in Lua.
---@param n2 integer
function debug.upvaluejoin(f1, n1, f2, n2) end
