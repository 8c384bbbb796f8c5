---@meta

---What lasts, for this script and those that it shares with. A key is `namespace.rest`, of at most 4096 bytes;
---`script.<id>.*` and `temp.*` need no declaration.
---@class State
State = {}

---A value that State stores: JSON. Functions, cycles, NaN, and tables that are neither a sequence nor of string keys alone
---are refused with the code `INVALID_VALUE`.
---@alias State.Value boolean|number|string|table

---@class State.Options
---@field ttl? number How long the value lasts, in milliseconds.

---@class State.Namespace
---@field read boolean Whether this script may read there.
---@field write boolean Whether this script may write there.
---@field shared? boolean Whether others that declare it find the same records.
---@field persistent? boolean Whether it outlasts the session.
---@field ttl? number How long values last by default, in milliseconds.
---@field quota? number The most that it may hold, in bytes.

---The value of a key, or the default when there is none. A stored `json.null` reads as nil.
---@param key string
---@param default? any
---@return any value
function State.get(key, default) end

---Stores a value; nil deletes it.
---@param key string
---@param value State.Value?
---@param options? State.Options
function State.set(key, value, options) end

---Removes a key.
---@param key string
---@return boolean was Whether there was a value.
function State.delete(key) end

---The keys that begin with a prefix, in order.
---@param prefix string
---@return string[] keys
function State.list(prefix) end

---Declares namespaces, at most 256 for a script.
---@param namespaces table<string, State.Namespace>
function State.register(namespaces) end

---The namespaces that the script may use.
---@return string[] namespaces
function State.listNamespaces() end

---Stores what `fn` returns of the value, atomically over scripts and tabs; nil deletes. `fn` may not wait, and is called
---again when others have set the key meanwhile.
---@param key string
---@param fn fun(value: any): State.Value?
---@return any value The new value.
function State.update(key, fn) end

---Calls `fn` on every change of a key, of those below it, or of those with a prefix (`notes.*`), while the script sleeps or waits.
---@param keyOrPrefix string
---@param fn fun(value: any, key: string)
---@return fun() stop Ends the watch.
function State.watch(keyOrPrefix, fn) end

---Suspends until the key changes.
---@param key string
---@param ms? number The longest wait, in milliseconds.
---@return any value The new value; nil when the time is over.
---@return boolean changed Whether it changed.
function State.wait(key, ms) end

---Waits until all writes so far are durable, and other tabs read them.
function State.flush() end

---Runs `fn` in a coroutine; its error is printed, and not raised.
---@param fn async fun(...: any)
---@param ... any
function State.async(fn, ...) end
