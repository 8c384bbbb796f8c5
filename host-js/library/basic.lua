---@meta

---The basic functions, without `dofile` and `loadfile`.
_G = {}

---@type "Lua 5.4"
_VERSION = "Lua 5.4"

---@alias type "nil"|"number"|"string"|"boolean"|"table"|"function"|"thread"|"userdata"

---@alias gcoptions "collect"|"stop"|"restart"|"count"|"step"|"isrunning"|"incremental"|"generational"

---@class metatable
---@field __mode? "v"|"k"|"kv"
---@field __metatable? any
---@field __tostring? fun(t: any): string
---@field __gc? fun(t: any)
---@field __add? fun(t1: any, t2: any): any
---@field __sub? fun(t1: any, t2: any): any
---@field __mul? fun(t1: any, t2: any): any
---@field __div? fun(t1: any, t2: any): any
---@field __mod? fun(t1: any, t2: any): any
---@field __pow? fun(t1: any, t2: any): any
---@field __unm? fun(t: any): any
---@field __idiv? fun(t1: any, t2: any): any
---@field __band? fun(t1: any, t2: any): any
---@field __bor? fun(t1: any, t2: any): any
---@field __bxor? fun(t1: any, t2: any): any
---@field __bnot? fun(t: any): any
---@field __shl? fun(t1: any, t2: any): any
---@field __shr? fun(t1: any, t2: any): any
---@field __concat? fun(t1: any, t2: any): any
---@field __len? fun(t: any): integer
---@field __eq? fun(t1: any, t2: any): boolean
---@field __lt? fun(t1: any, t2: any): boolean
---@field __le? fun(t1: any, t2: any): boolean
---@field __index? table|fun(t: any, k: any): any
---@field __newindex? table|fun(t: any, k: any, v: any)
---@field __call? fun(t: any, ...: any): ...
---@field __pairs? fun(t: any): (fun(t: any, k: any, v: any): any, any), any, any
---@field __close? fun(t: any, errobj: any): any

---@generic T
---@param v? T
---@param message? any
---@param ... any
---@return T
---@return any ...
function assert(v, message, ...) end

---@param opt? gcoptions
---@param ... any
---@return any
function collectgarbage(opt, ...) end

---@param message any
---@param level? integer
function error(message, level) end

---@param object any
---@return any metatable
function getmetatable(object) end

---@generic T: table, V
---@param t T
---@return fun(table: V[], i?: integer): integer, V
---@return T
---@return integer i
function ipairs(t) end

---Loads a chunk of text; bytecode is refused.
---@param chunk string|function
---@param chunkname? string
---@param mode? "b"|"t"|"bt"
---@param env? table
---@return function?
---@return string? error_message
function load(chunk, chunkname, mode, env) end

---@generic K, V
---@param table table<K, V>
---@param index? K
---@return K?
---@return V?
function next(table, index) end

---@generic T: table, K, V
---@param t T
---@return fun(table: table<K, V>, index?: K): K, V
---@return T
function pairs(t) end

---@param f async fun(...: any): ...
---@param arg1? any
---@param ... any
---@return boolean success
---@return any result
---@return any ...
function pcall(f, arg1, ...) end

---Prints to the run's output.
---@param ... any
function print(...) end

---@param v1 any
---@param v2 any
---@return boolean
function rawequal(v1, v2) end

---@param table table
---@param index any
---@return any
function rawget(table, index) end

---@param v table|string
---@return integer len
function rawlen(v) end

---@param table table
---@param index any
---@param value any
---@return table
function rawset(table, index, value) end

---@param index integer|"#"
---@param ... any
---@return any
function select(index, ...) end

---@param table table
---@param metatable? metatable|table
---@return table
function setmetatable(table, metatable) end

---@overload fun(e: string, base: integer): integer?
---@param e any
---@return number?
function tonumber(e) end

---@param v any
---@return string
function tostring(v) end

---@param v any
---@return type type
function type(v) end

---Writes a warning to the run's `onStderr`, or to its output when it has none.
---@param message string
---@param ... string
function warn(message, ...) end

---@param f async fun(...: any): ...
---@param msgh function
---@param arg1? any
---@param ... any
---@return boolean success
---@return any result
---@return any ...
function xpcall(f, msgh, arg1, ...) end
