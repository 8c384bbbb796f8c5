--- tries to pollute JavaScript's prototypes by a result
--- expects returns [{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}]
return { ["__proto__"] = { polluted = true }, constructor = { prototype = { polluted = true } } }

--- tries to pollute JavaScript's prototypes by an argument of a host function
--- expects returns ["clean"]
return host.probe({ ["__proto__"] = { polluted = true }, constructor = { prototype = { polluted = true } }, toString = 1, valueOf = 2, hasOwnProperty = 3 })

--- tries to pollute JavaScript's prototypes by an array
--- expects returns ["clean"]
return host.probe({ { ["__proto__"] = { polluted = true } }, { constructor = 1 } })

--- tries to pollute JavaScript's prototypes by an error
--- expects code LUA_ERROR
error({ ["__proto__"] = { polluted = true }, name = "x", message = "y", stack = "z" })

--- tries to pollute JavaScript's prototypes by State
--- expects returns ["clean"]
State.set("script.main.proto", { ["__proto__"] = { polluted = true } })
return host.probe(State.get("script.main.proto"))

--- tries keys of State that JavaScript's objects have
--- expects returns [1, 2, 3]
State.set("script.main.__proto__", 1)
State.set("script.main.constructor", 2)
State.set("script.main.hasOwnProperty", 3)
return State.get("script.main.__proto__"), State.get("script.main.constructor"), State.get("script.main.hasOwnProperty")

--- tries to pass for a promise
--- expects returns ["clean"]
return host.probe({ ["then"] = "not a function", catch = "neither" })

--- tries to return what passes for a promise
--- expects returns [{"then": 1}]
return { ["then"] = 1 }

--- tries names of host functions that JavaScript's objects have
--- expects returns [false, false, false, false]
return (pcall(host.__proto__)), (pcall(host.constructor)), (pcall(host.toString)), (pcall(host.hasOwnProperty, "x"))

--- tries names of host functions that are no names
--- expects returns [true]
for _, name in ipairs { "", " ", "a.b", "a\0b", "\u{202e}", ("n"):rep(100000), "eval", "__defineGetter__", "then" } do
  if pcall(function() return host[name]() end) then return name end
end
return true

--- tries host functions that are not text
--- expects returns [null, null, null]
return host[1], host[{}], host[true]

--- tries to change what host functions are called
--- expects returns ["clean"]
local probe = host.probe
host.echo = probe
host.probe = nil
return host.probe()

--- tries host functions with everything
--- expects returns [false, false, false, true, true, true]
local loop = {} loop.loop = loop
return (pcall(host.echo, print)), (pcall(host.echo, coroutine.create(print))), (pcall(host.echo, loop)),
  (pcall(host.echo, nil)), (pcall(host.echo, ("x"):rep(1 << 20))), (pcall(host.echo, 0 / 0))

--- tries host functions with too many arguments
--- expects returns [1]
return (host.echo(table.unpack({ 1 }, 1, 10000)))

--- tries a host function that throws
--- expects code HOST_ERROR
host.fail()

--- tries a host function that throws, in pcall
--- expects returns [false, "HOST_ERROR"]
local ok, e = pcall(host.fail)
return ok, e.code

--- tries a string that JavaScript would take apart
--- expects returns ["</script><!-- \u2028 \u0000"]
return "</script><!-- \u{2028} \0"

--- tries bytes that are no text
--- expects returns [2]
return #host.echo("\xff\x00")

--- tries surrogates in UTF-8
--- expects returns [3]
return #host.echo("\xed\xa0\x80")

--- tries text that is no UTF-8 as a key
--- expects code INVALID_VALUE
return { ["\xff"] = 1 }

--- tries a mixed table
--- expects code INVALID_VALUE
return { 1, a = 2 }

--- tries a sparse table
--- expects code INVALID_VALUE
return { [1] = 1, [1 << 40] = 2 }

--- tries a table with a key at the edge of integers
--- expects code INVALID_VALUE
return { [math.maxinteger] = 1, [math.mininteger] = 2 }

--- tries a table whose border is a lie
--- expects code INVALID_VALUE
local t = {}
for i = 1, 100 do t[i] = i end
for i = 2, 99 do t[i] = nil end
return t

--- tries float keys that are nearly integers
--- expects code INVALID_VALUE
return { [1.5] = 1 }

--- tries a table that holds itself
--- expects code INVALID_VALUE
local t = {} t[1] = t
return t

--- tries a ring of tables
--- expects code INVALID_VALUE
local a, b = {}, {} a.b = b b.a = a
return a

--- tries a value that nests too deep
--- expects code INVALID_VALUE
local t = {}
for _ = 1, 200 do t = { t } end
return t

--- tries a value that is shared a billion times
--- expects limit
--- holds portable
--- limits {"timeoutMs": 3000}
local t = { 1 }
for _ = 1, 30 do t = { t, t } end
return t

--- tries to store a value that is shared a billion times
--- expects limit
--- holds portable
--- limits {"timeoutMs": 3000}
local t = { 1 }
for _ = 1, 30 do t = { t, t } end
State.set("script.main.bomb", t)

--- tries to send a value that is shared a billion times, in pcall
--- expects limit
--- holds portable
--- limits {"timeoutMs": 3000}
local t = { 1 }
for _ = 1, 30 do t = { t, t } end
while true do pcall(host.echo, t) end

--- tries to encode a value that is shared a billion times
--- expects limit
--- holds portable
--- limits {"timeoutMs": 3000}
local t = { 1 }
for _ = 1, 30 do t = { t, t } end
return #json.encode(t)

--- tries numbers that JSON lacks
--- expects returns [false, false, false]
return (pcall(State.set, "script.main.n", 0 / 0)), (pcall(State.set, "script.main.n", 1 / 0)), (pcall(State.set, "script.main.n", math.maxinteger))

--- tries JSON that nests too deep
--- expects returns [false]
return (pcall(json.decode, ("["):rep(100000)))

--- tries JSON that is cut
--- expects returns [true]
local text = '{"a":[1,2.5,"x\\u00e9",null,true]}'
for i = 1, #text - 1 do if pcall(json.decode, text:sub(1, i)) then return i end end
return true

--- tries JSON with numbers of megabytes
--- expects returns [true]
local ok, v = pcall(json.decode, ("9"):rep(1 << 20))
return not ok or v == math.huge or type(v) == "number"

--- tries JSON with lone surrogates
--- expects returns [false]
return (pcall(json.decode, '"\\ud800"'))

--- tries JSON with keys of JavaScript's
--- expects returns ["{\"__proto__\":1}"]
return json.encode(json.decode('{"__proto__":1}'))

--- tries huge keys
--- expects returns [true]
local ok = pcall(State.set, "script.main." .. ("k"):rep(1 << 20), 1)
return type(ok) == "boolean"

--- tries to watch huge patterns and to list huge prefixes
--- expects returns ["INVALID_VALUE", "INVALID_VALUE"]
local huge = "script.main." .. ("k"):rep(1 << 20)
local _, watching = pcall(State.watch, huge, print)
local _, listing = pcall(State.list, huge)
return watching.code, listing.code

--- tries huge fields
--- expects returns [1048576]
local k = next({ [("k"):rep(1 << 20)] = 1 })
return #next(host.echo({ [k] = 1 }))

--- tries huge values
--- expects returns [8388608]
State.set("script.main.huge", ("v"):rep(1 << 23))
local n = #State.get("script.main.huge")
State.delete("script.main.huge")
return n

--- tries a time to live that is no time
--- expects returns [true]
for _, ttl in ipairs { -1, 0 / 0, 1 / 0, -1 / 0, 1e308, math.mininteger } do pcall(State.set, "script.main.ttl", 1, ttl) pcall(State.set, "script.main.ttl", 1, { ttl = ttl }) end
for _, ttl in ipairs { "x", true, print } do if pcall(State.set, "script.main.ttl", 1, ttl) then return tostring(ttl) end end
return true

--- tries to sleep for times that are none
--- expects returns [false, false, false, false]
return (pcall(sleep, -1)), (pcall(sleep, 0 / 0)), (pcall(sleep, 1 / 0)), (pcall(sleep, {}))

--- tries to sleep past its timeout
--- expects limit timeoutMs
--- limits {"timeoutMs": 200}
pcall(sleep, 4294967295)

--- tries JSON that takes more as values than as text
--- expects limit memoryBytes
return json.decode("[" .. ("1,"):rep(1 << 24) .. "1]")

--- tries long texts as keys of what is no sequence
--- expects limit timeoutMs
--- limits {"timeoutMs": 300}
local t = { ("x"):rep(1e5), { 1, [("k"):rep(2e6)] = true } }
while true do pcall(json.encode, t) end
