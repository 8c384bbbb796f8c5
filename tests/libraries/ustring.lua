local cases = require "cases"
local case, show = cases.case, cases.show
local ustring = require "ustring/ustring"

--- Shows an error without its position: files are elsewhere, and 5.1 gives some other ones.
local function reason(f, ...)
  local ok, message = pcall(f, ...)
  show(ok, (message:gsub("^.-:%d+: ", "")))
end

local texts = { "", "plain", "Ünïcödé", "日本語 テキスト", "a\204\129e\204\129", "\240\159\166\138 fox \240\159\166\138", "ﬁ ½ Å Å" }

case("length and parts", function()
  for _, text in ipairs(texts) do
    show(ustring.isutf8(text), ustring.len(text), ustring.sub(text, 2, 3), ustring.sub(text, -2), ustring.sub(text, 4, 2))
    show(ustring.byteoffset(text, 1), ustring.byteoffset(text, 2), ustring.byteoffset(text, -1), ustring.codepoint(text, 1, -1))
    local points = {}
    for point in ustring.gcodepoint(text) do
      points[#points + 1] = ustring.char(point)
    end
    show(table.concat(points, "|"))
  end
end)
case("bytes that are no UTF-8", function()
  for _, bytes in ipairs { "\255", "a\128", "\192\128", "\237\160\128", "\244\144\128\128", "\226\130" } do
    show(ustring.isutf8(bytes), ustring.len(bytes))
    show(pcall(ustring.sub, bytes, 1))
    show(pcall(ustring.find, bytes, "a"))
  end
  show(pcall(ustring.char, 0xD7FF), pcall(ustring.char, 0xE000))
  reason(ustring.char, 0x110000)
end)
case("upper and lower", function()
  for _, text in ipairs(texts) do
    show(ustring.upper(text), ustring.lower(text))
  end
  show(ustring.upper("straße ǆ ω"), ustring.lower("ÀÉÎ ΣΩ Ǆ"))
end)
case("normal forms", function()
  for _, text in ipairs(texts) do
    show(ustring.toNFC(text), ustring.toNFD(text), ustring.toNFKC(text), ustring.toNFKD(text))
  end
  show(ustring.toNFD("한국어"), ustring.toNFC(ustring.toNFD("한국어")))
  show(ustring.toNFC("a\204\167\204\129"), ustring.toNFC("a\204\129\204\167"))
end)
case("find and match", function()
  show(ustring.find("Ünïcödé", "c"), ustring.find("Ünïcödé", "[ïö]", 4), ustring.find("a.b", ".", 2, true))
  show(ustring.find("日本語 テキスト", "%s"), ustring.find("日本語", "(本)(語)"), ustring.find("x", "y"))
  show(ustring.match("Ünïcödé 123", "%a+"), ustring.match("Ünïcödé 123", "%a+ (%d+)"), ustring.match("[[ä]]", "%b[]"))
  show(ustring.match("  trïm  ", "^%s*(.-)%s*$"), ustring.match("äöü", "()ö()"), ustring.match("áb", "%f[%w]%w+"))
  for _, class in ipairs { "%a", "%d", "%l", "%u", "%p", "%s", "%w", "%c", "%x", "%A", "%W" } do
    show(class, ustring.match("ß9 Éà !Ω٣—x", class .. "+"))
  end
  reason(ustring.find, "x", "[a")
  reason(ustring.find, "x", "%")
  reason(ustring.match, "x", "(")
  reason(ustring.find, {}, "a")
end)
case("gmatch and gsub", function()
  for word, place in ustring.gmatch("één twee drié", "(%a+)()") do
    show(word, place)
  end
  show(ustring.gsub("één twee", "é", "e"), ustring.gsub("één twee", "%a+", "<%0>", 1), ustring.gsub("abc", "", "ü"))
  show(ustring.gsub("één twee", "%a+", { ["één"] = "1" }), ustring.gsub("één", ".", function(c)
    return c == "é" and "E" or nil
  end))
  reason(ustring.gsub, "x", "x", "%2")
  reason(ustring.gsub, "x", "x", true)
end)
case("long texts", function()
  local long = string.rep("Ünïcödé日本語 ", 300)
  show(ustring.len(long), ustring.len(ustring.gsub(long, "%s", "")), ustring.len(ustring.upper(long)), #ustring.toNFD(long))
end)
case("bit32 and libraryUtil", function()
  local bit32, util = require "bit32", require "libraryUtil"
  -- 5.1 prints such numbers without a point.
  local function whole(format, ...)
    print(format:format(...))
  end
  whole("%d %d %d %d", bit32.band(0xFF, 0x0F), bit32.bnot(0), bit32.lshift(1, 31), bit32.rrotate(1, 1))
  whole("%d %d", bit32.extract(0xABCD, 4, 8), bit32.arshift(-8, 1))
  reason(bit32.band, "x")
  reason(util.checkType, "f", 1, "x", "number")
  reason(util.checkTypeMulti, "f", 2, {}, { "string", "number" })
  reason(util.checkTypeForNamedArg, "f", "name", 1, "string")
end)
