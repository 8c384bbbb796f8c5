---@meta

---Loads a module: `file://NAME` or a name that the page has registered or resolves, an https URL,
---`mediawiki://HOST/Module:NAME`, or `./NAME` next to the module that requires it.
---@param modname string
---@return any module
---@return any loaderdata
function require(modname) end

---Without `loadlib` and `searchpath`. `package.path` and `package.cpath` are texts that nothing reads.
---@class packagelib
package = {}

---@type string
package.config = ""

---@type string
package.cpath = ""

---@type string
package.path = ""

---The modules that are loaded, by their names.
---@type table<string, any>
package.loaded = {}

---Loaders of the script's own modules, by their names.
---@type table<string, fun(modname: string, loaderdata: any): any>
package.preload = {}

---What `require` asks for a loader, in order.
---@type (fun(modname: string): function|string|nil, any)[]
package.searchers = {}
