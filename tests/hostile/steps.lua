--- tries to compare what has many zeros
--- expects returns [true]
local zeros = ("\0"):rep(1e7)
return zeros .. "a" < zeros .. "b"

--- tries to read a number of blanks
--- expects returns [null]
return tonumber((" "):rep(2e7))

--- tries to compile what is empty
--- expects returns [true]
return load((";"):rep(1e7)) ~= nil and load((" "):rep(2e7)) ~= nil and load(("\n"):rep(2e7)) ~= nil

--- tries to compile comments and strings without end
--- expects returns [true]
return load("--" .. ("x"):rep(2e7)) ~= nil and load("--[[" .. ("]"):rep(2e7)) == nil and load("return '" .. ("x"):rep(8e6) .. "'") ~= nil

--- tries to read nothing out of much, by many options
--- expects returns [10000001]
local options = ("x"):rep(1e7)
return (string.unpack(options, options))

--- tries to count what is packed, by many options
--- expects returns [0, 10000000]
return string.packsize((" "):rep(2e7)), string.packsize(("x"):rep(1e7))

--- tries to format much that is nothing
--- expects returns [10000000]
return #(("%%"):rep(1e7)):format()

--- tries to quote what takes four times its length
--- expects returns [10000002]
--- holds portable
return #("%q"):format(("\1"):rep(5e6))

--- tries to count characters
--- expects returns [10000000, 10000000]
local text = ("\xc2\x80"):rep(1e7)
return utf8.len(text), (utf8.offset(text, -1) + 1) // 2

--- tries to write the date again and again
--- expects returns [true]
--- holds portable
return #os.date(("%c"):rep(5e5)) > 1e7

--- tries to change each of many letters
--- expects returns [10000000]
return #("x"):rep(1e7):upper():lower():reverse()

--- tries to join many numbers
--- expects returns [true]
local t = {}
for i = 1, 3e5 do t[i] = i + 0.1 end
return #table.concat(t, ",") > 1e6

--- tries to write and to read one large JSON
--- expects returns [100000]
local t = {}
for i = 1, 1e5 do t[i] = { i } end
return #json.decode(json.encode(t))

--- tries to write and to read one large text as JSON
--- expects returns [1000000]
return #json.decode(json.encode(("\n"):rep(1e6)))

--- tries a collection of all that there is room for
--- expects returns [true]
local t = {}
for i = 1, 5e5 do t[i] = { i } end
for _ = 1, 3 do collectgarbage() end
return true

--- tries to let go of all that there is room for
--- expects returns [true]
local t = {}
for i = 1, 3e5 do t[i] = { tostring(i) } end
t = nil
collectgarbage()
return true

--- tries to let a table grow to all that there is room for
--- expects returns [500000]
local t, n = {}, 0
for i = 1, 5e5 do t[-i] = i n = n + 1 end
return n
