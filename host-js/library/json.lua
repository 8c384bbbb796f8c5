---@meta

---@class jsonlib
json = {}

---What stands for `null` within arrays and objects. By itself it crosses as nil.
---@type userdata
json.null = nil

---The JSON of a value. Raises an error with the code `INVALID_VALUE` for what JSON cannot hold.
---@param value any
---@return string text
function json.encode(value) end

---The value of a JSON text. Raises an error with the code `INVALID_VALUE` for other texts.
---@param text string
---@return any value
function json.decode(text) end

---Marks a table, or a new one, as an array, so that it is `[]` when it is empty.
---@generic T: table
---@param t? T
---@return T t
function json.array(t) end
