-- A line for each thing that the libraries do with much: a run may be stopped in the midst of any.
-- `text` has 3,000 characters, `list` and `words` have 300 items.
assert(pcall(assert, text) and not pcall(assert, false, text))
collectgarbage() collectgarbage("step") collectgarbage("generational") collectgarbage("incremental") collectgarbage("count")
pcall(error, { text }) pcall(error, text, 2) pcall(error)
getmetatable(setmetatable({}, { __metatable = text }))
for _ in pairs(words) do end for _ in ipairs(list) do end for _ in next, words, (next(words)) do end
local i = 0 load(function() i = i + 1 return list[i] and "local x = " .. text:format(i, i):len() .. " " end)
load("return " .. ("{"):rep(50) .. ("}"):rep(50)) load("x = " .. text) load(text) load(("x = 1 "):rep(300))()
print(text, list, nil, 1.5) io.write(text, 1, 2.5) io.stdout:write(text)
rawequal(text, text .. "") rawget(words, text) rawlen(list) rawset({}, text, text) select("#", table.unpack(list)) select(-1, text)
tonumber((" 1"):rep(300)) tonumber("1" .. ("0"):rep(300)) tonumber(("z"):rep(300), 36) tostring(list) tostring(1e300) type(text) warn(text)
tostring(setmetatable({}, { __tostring = function() return text .. text end, __name = text }))
xpcall(error, function(e) return debug.traceback(e) end, text) pcall(pcall, pcall, error, text) xpcall(error, error)
local function f(n) return n > 0 and 1 + f(n - 1) or n end pcall(f, 200) pcall(f, math.huge)
return select("#", string.byte(text, 1, -1)), string.char(table.unpack(list, 1, 255))
return text:find("x+", 1), text:find("zz", 1, true), text:find("(.-)%s(.-)9"), text:match("^(.*)(.)$"), text:match("%b()")
for a, b in text:gmatch("(%w)(%w)") do local c = a .. b end
return text:gsub("%w", { w = text }), text:gsub("w", function(c) return c .. text end), text:gsub("(w)", "%1%1%0"), text:gsub("", text, 9)
return string.format("%q %s %-99d %99.50f %a %x", text, text, 1, 1e300, 0.1, 255), ("%s"):rep(9):format(text, 2, 3, 4, 5, 6, 7, 8, text)
return text:len() + #text:lower() + #text:upper() + #text:reverse() + #text:sub(5, -5) + #text:rep(20, text)
return string.pack("s4 z i8 d", text, text:gsub("%z", ""), 7, 1.5):rep(3), string.packsize("i4 i8 !8 d"), string.unpack("s4", string.pack("s4", text))
return "10" + 1, text .. text .. 1 .. 2.5 .. text, text < text .. "x", text == text .. "", #text
return table.concat(words, text), table.concat(list, ", ", 1, 300)
local t = table.move(list, 1, 300, 5, {}) for i = 1, 300 do table.insert(t, 1, i) end while t[1] do table.remove(t, 1) end
table.sort(table.move(list, 1, 300, 1, {}), function(a, b) return a > b end) table.sort(table.move(words, 1, 300, 1, {}))
return table.pack(table.unpack(list)), table.unpack({}, 1, 3000)
return utf8.char(table.unpack(list)), utf8.len(text), utf8.codepoint(text, 1, 200), utf8.offset(text, 900), utf8.charpattern
for _, c in utf8.codes(text) do local x = utf8.char(c) end
return math.abs(-1), math.ceil(1.5), math.cos(1), math.deg(1), math.exp(1), math.floor(1.5), math.fmod(7, 3), math.log(8, 2), math.max(table.unpack(list))
return math.min(table.unpack(list)), math.modf(1.5), math.rad(1), math.random(9), math.randomseed(1), math.sin(1), math.sqrt(2), math.tan(1), math.tointeger("8"), math.type(1), math.ult(1, 2), math.acos(1), math.asin(1), math.atan(1, 2), math.cosh(1), math.sinh(1), math.tanh(1), math.pow(2, 3), math.log10(9), math.frexp(9), math.ldexp(1, 2), math.atan2(1, 2)
return os.clock(), os.time(), os.date(("%Y %c "):rep(50)), os.date("*t"), os.difftime(2, 1), os.time({ year = 2020, month = 1, day = 1 })
local co = coroutine.create(function(...) local x <close> = setmetatable({}, { __close = function() return text:rep(9) end }) coroutine.yield(...) end) coroutine.resume(co, table.unpack(list)) coroutine.status(co) coroutine.close(co)
local co = coroutine.wrap(function() for i = 1, 50 do coroutine.yield(text .. i, coroutine.running(), coroutine.isyieldable()) end error(text) end) for i = 1, 50 do co() end pcall(co)
for i = 1, 20 do coroutine.wrap(function() for i = 1, 20 do pcall(coroutine.wrap(function() error({ text }) end)) end end)() end
return debug.traceback(text), debug.getinfo(1, "nSltufrL"), debug.getinfo(print), debug.traceback(coroutine.create(print), text)
State.set("script.main.text", text) State.set("script.main.list", { list = list, words = { text } }) State.get("script.main.list") State.set("temp.k", text, { ttl = 9 })
for i = 1, 20 do State.set("script.main.k" .. i, text) end State.list("script.main.") for i = 1, 20 do State.delete("script.main.k" .. i) end State.flush()
State.update("script.main.u", function(old) return { text, old and #old } end) State.update("temp.u", function() return text end) pcall(State.update, "temp.u", function() error(text) end)
State.register({ ["my.notes"] = { read = true, write = true, shared = true, persistent = false } }) State.set("my.notes.k", text) State.listNamespaces() pcall(State.get, text)
local stop = State.watch("script.main.w", function(value) local x = #value.text end) State.set("script.main.w", { text = text }) sleep(0) State.wait("script.main.w", 1) stop()
State.async(function() State.set("temp.async", text) sleep(0) error({ text }) end) pcall(State.set, "temp.k", print) pcall(State.get, {})
return json.decode(json.encode({ text = text, list = list, words = words, array = json.array({}), null = json.null })), pcall(json.decode, text), pcall(json.encode, print)
return host.echo({ text = text, list = list, words = words }), pcall(host.fails, text, list), pcall(host.echo, print)
package.preload[text] = function() return { text } end require(text) package.loaded[text] = nil pcall(require, "none." .. text) require("file://state.lua")
for i = 1, 30 do setmetatable({ text }, { __gc = function(t) t.again = t[1]:rep(2) State.set("temp.gc", 1) end }) end collectgarbage()
local t = setmetatable({}, { __mode = "kv" }) for i = 1, 200 do t[{ i }] = { text .. i } end collectgarbage() for k, v in pairs(t) do end
local t = setmetatable({}, { __index = function(_, k) return text .. k end, __concat = function(a) return text end, __call = function(_, ...) return ... end }) return t.x, t .. t, t(table.unpack(list))
io.read("l", "n", "L", 100) for line in io.stdin:lines(7) do if line:find("12") then break end end io.lines(nil, "l")() pcall(io.read, text) pcall(io.lines, text)
return io.read("n", "l", "L", 500, 0, "a"), io.stdin:read("a"), io.read("l")
for line in io.lines() do local x = line .. text end for n, rest in io.lines(nil, "n", "a") do local x = n .. rest end
io.flush() io.stderr:write(text) io.type(io.stdout) io.input(io.stdin) io.output(io.stderr) io.write(text) io.close() io.stdout:setvbuf("no") pcall(io.write, list) tostring(io.stdin)
warn("@on") warn(text, text) os.getenv(text) debug.getmetatable(text) debug.setmetatable({}, {}) debug.setmetatable(1, nil) debug.gethook() debug.sethook() pcall(os.exit, text)
os.exit(true)
local function f() return text, list end debug.getupvalue(f, 1) debug.setupvalue(f, 1, text .. 1) debug.upvalueid(f, 2) debug.upvaluejoin(f, 1, f, 2) pcall(debug.upvaluejoin, f, 9, f, 1)
