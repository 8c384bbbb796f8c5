local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
local mp = require "MessagePack"
local function hex(s) return (s:gsub(".", function(c) return ("%02X "):format(c:byte()) end)) end
case("there and back", function()
  for _, v in ipairs { 0, 1, -1, 127, 128, -32, -33, 65536, -2^31, math.maxinteger, math.mininteger, 1.5, 1 / 0, "x", ("y"):rep(300), true, false } do
    local packed = mp.pack(v)
    print(hex(packed:sub(1, 12)), mp.unpack(packed) == v)
  end
  show(mp.unpack(mp.pack({ 1, 2, { a = { "b" } } })))
  print(hex(mp.pack(nil, true)))
end)
case("settings", function()
  mp.set_number("float") print(hex(mp.pack(1.25)))
  mp.set_string("binary") print(hex(mp.pack("a")))
  mp.set_array("always_as_map") print(hex(mp.pack({ 5 })))
end)
case("cursors", function()
  mp.set_string("string") mp.set_array("without_hole") mp.set_number("double")
  for _, v in mp.unpacker(mp.pack(1) .. mp.pack("a") .. mp.pack({ 2 })) do show(v) end
end)
case("errors", function()
  raises(mp.unpack, "\x93\1") raises(mp.unpack, "\xC1") raises(mp.pack, print) raises(mp.unpack, "\1\2") raises(mp.set_number, "x")
end)
