---@meta

---The standard streams: without `open`, `popen` and `tmpfile`. Input is what the page gives the run as `stdin`.
---@class iolib
io = {}

---@alias readmode "n"|"a"|"l"|"L"|integer

---A stream.
---@class file*
local file = {}

---@type file*
io.stdin = nil

---@type file*
io.stdout = nil

---@type file*
io.stderr = nil

---@param file? file*
---@return boolean? ok
---@return string? message
---@return integer? code
function io.close(file) end

function io.flush() end

---The default input.
---@param file? file*
---@return file* input
function io.input(file) end

---An iterator over the default input.
---@param filename? nil
---@param ... readmode
---@return fun(): any, ...
function io.lines(filename, ...) end

---The default output.
---@param file? file*
---@return file* output
function io.output(file) end

---Reads from the default input; waits for the page.
---@param ... readmode
---@return any
---@return any ...
function io.read(...) end

---@param object any
---@return "file"|"closed file"|nil kind
function io.type(object) end

---Writes to the default output.
---@param ... string|number
---@return file* output
function io.write(...) end

---@return boolean? ok
---@return string? message
---@return integer? code
function file:close() end

function file:flush() end

---@param ... readmode
---@return fun(): any, ...
function file:lines(...) end

---@param ... readmode
---@return any
---@return any ...
function file:read(...) end

---A standard stream has no positions.
---@param whence? "set"|"cur"|"end"
---@param offset? integer
---@return integer? position
---@return string? message
---@return integer? code
function file:seek(whence, offset) end

---@param mode "no"|"full"|"line"
---@param size? integer
---@return boolean ok
function file:setvbuf(mode, size) end

---@param ... string|number
---@return file*? stream
---@return string? message
function file:write(...) end
