---@meta

---Without `execute`, `remove`, `rename`, `setlocale` and `tmpname`.
---@class oslib
os = {}

---@class osdate
---@field year integer|string
---@field month integer|string
---@field day integer|string
---@field hour? integer|string
---@field min? integer|string
---@field sec? integer|string
---@field wday? integer|string
---@field yday? integer|string
---@field isdst? boolean

---The processor time of the run, in seconds.
---@return number seconds
function os.clock() end

---A time as text, or as a table for `*t` and `!*t`, in the reader's time zone.
---@param format? string
---@param time? integer
---@return string|osdate date
function os.date(format, time) end

---Seconds from `t1` to `t2`.
---@param t2 integer
---@param t1 integer
---@return number seconds
function os.difftime(t2, t1) end

---Ends the run, past every `pcall`: well for `true` and 0.
---@param code? boolean|integer
function os.exit(code) end

---No variable is set: always nil.
---@param varname string
---@return nil
function os.getenv(varname) end

---The time now, or that of a table in the reader's time zone, in seconds since 1970.
---@param date? osdate
---@return integer seconds
function os.time(date) end
