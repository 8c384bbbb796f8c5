-- Lua 5.4 reference manual, §6.4.1 patterns; find, match, gmatch, gsub of §6.4.

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "should fail: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " instead of " .. text)
end
local function is(expected, ...)
  local r = table.pack(...)
  for i = 1, r.n do r[i] = tostring(r[i]) end
  local text = table.concat(r, " ")
  assert(text == expected, ("%q instead of %q"):format(text, expected))
end

-- Character classes, over all bytes.
do
  local classes = {
    a = function(b) return b >= 65 and b <= 90 or b >= 97 and b <= 122 end,
    c = function(b) return b < 32 or b == 127 end,
    d = function(b) return b >= 48 and b <= 57 end,
    g = function(b) return b > 32 and b < 127 end,
    l = function(b) return b >= 97 and b <= 122 end,
    s = function(b) return b == 32 or b >= 9 and b <= 13 end,
    u = function(b) return b >= 65 and b <= 90 end,
    x = function(b) return b >= 48 and b <= 57 or b >= 65 and b <= 70 or b >= 97 and b <= 102 end,
  }
  classes.w = function(b) return classes.a(b) or classes.d(b) end
  classes.p = function(b) return classes.g(b) and not classes.w(b) end
  for name, holds in pairs(classes) do
    for b = 0, 255 do
      local c = string.char(b)
      assert((c:find("%" .. name) ~= nil) == holds(b), "%" .. name .. " of " .. b)
      assert((c:find("%" .. name:upper()) ~= nil) == not holds(b), "%" .. name:upper() .. " of " .. b)
      assert((c:find("[%" .. name .. "]") ~= nil) == holds(b) and (c:find("[^%" .. name .. "]") ~= nil) == not holds(b), "sets of %" .. name)
    end
  end
  for b = 0, 255 do
    local c = string.char(b)
    assert(c:find(".") == 1, "a dot is any byte")
    if not c:find("%w") then assert(c:match("%" .. c) == c, "% before what is no letter or digit is that byte") end
  end
end

-- Sets.
is("b", ("abc"):match("[b-z]")) is("-", ("a-b"):match("[%-]")) is("-", ("a-b"):match("[+-]")) is("]", ("a]b"):match("[]]")) is("a", ("a]"):match("[^]]")) is("^", ("a^"):match("[%^x]")) is("^", ("a^"):match("[x^]"))
is("abc", ("abc123"):match("[%a]+")) is("a1_", ("a1_-"):match("[%w_]+")) is("0x1F", ("0x1F"):match("^0[xX][%da-fA-F]+$")) is("%", ("100%"):match("[%%]")) is("\0", ("a\0b"):match("[\0]")) is("[", ("a[b"):match("[[]")) is("nil", ("-"):match("[a-]-b"))
fails("malformed pattern (missing ']')", string.find, "a", "[a")
fails("malformed pattern (missing ']')", string.find, "a", "[]")
fails("malformed pattern (missing ']')", string.find, "a", "[^]")
fails("malformed pattern (ends with '%')", string.find, "a", "%")
fails("malformed pattern", string.find, "a", "[a%")

-- Repetitions: *, +, ? take as much as they can, - as little.
is("aaa", ("aaab"):match("a*")) is("", ("baaa"):match("a*")) is("aaa", ("baaa"):match("a+")) is("nil", ("b"):match("a+")) is("", ("aaa"):match("a-")) is("aaab", ("aaab"):match("a-b")) is("a", ("aaa"):match("a?")) is("ab", ("ab"):match("a?b")) is("b", ("b"):match("a?b"))
is("<a><b>", ("<a><b>"):match("<.*>")) is("<a>", ("<a><b>"):match("<.->")) is("nil", ("<a"):match("<.->")) is("x=1", ("  x=1  "):match("^%s*(.-)%s*$")) is("", ("    "):match("^%s*(.-)%s*$")) is("aab", ("aab"):match("a*ab")) is("c", ("abc"):match(".-(c)"))
is("*", ("a*"):match("[*]")) is("*a", ("*a"):match("*a")) is("+", ("+"):match("+")) is("a)", ("a)"):match("a%)"))

-- Anchors.
is("nil", ("abc"):match("^b")) is("c", ("abc"):match("c$")) is("nil", ("abc"):match("b$")) is("a$b", ("a$b"):match("a$b")) is("^", ("a^"):match("%^")) is("b^c", ("ab^c"):match("b^c")) is("1 0", (""):find("^$")) is("nil", ("a"):find("^$")) is("2 2", ("abc"):find("^b", 2)) is("$", ("$"):match("%$$"))

-- Captures: strings and positions, nested, numbered by their left parentheses.
is("key value", ("key = value"):match("(%w+)%s*=%s*(%w+)")) is("1 4", ("abc"):match("()abc()")) is("3", ("abc"):match("ab()")) is("abc ab b", ("abc"):match("((a(b))c)")) is("1 ", ("x"):match("()(y?)")) is(" ", ("x"):match("(y*)(z*)")) is("1 k 2 v", ("k=v"):match("()(%w)()=(%w)"))
is("1 5 ell", ("hello"):find("h(ell)o")) is("2 4 l", ("hello"):find("e(l)%1")) is("nil", ("hello"):find("(h)%1")) is([["]], ([[a "x" 'y']]):match([[(["']).-%1]])) is("' y", ([[ 'y' ]]):match([[(["'])(.-)%1]]))
do local captures = table.pack((("a"):rep(32)):match(("(a)"):rep(32))) assert(captures.n == 32, "32 captures") end
fails("too many captures", string.find, ("a"):rep(40), ("(a)"):rep(33))
fails("unfinished capture", string.find, "a", "(a")
fails("invalid pattern capture", string.find, "a)", "(a))")
fails("invalid capture index", string.find, "a", "%1")
fails("invalid capture index", string.find, "aa", "(a%1)")
fails("invalid capture index", string.find, "aa", "(a)%2")

-- %b and %f.
is("(a(b)c)", ("x(a(b)c)d)"):match("%b()")) is("nil", ("((a)"):match("^%b()")) is("THE", ("THE (quick) fox"):match("%f[%a]%a+")) is("THE () fox 1", ("THE (quick) fox"):gsub("%f[%a]quick%f[%A]", ""))
is("4 3", ("foo"):find("%f[\0]")) is("1 3", ("foo bar"):find("%f[%a]foo%f[%A]")) is("nil", ("foobar"):find("foo%f[%A]")) is("3 3", ("a.b"):find("%f[%w]b"))
fails("missing '[' after '%f' in pattern", string.find, "a", "%f")
fails("missing '[' after '%f' in pattern", string.find, "a", "%fa")
fails("malformed pattern (missing arguments to '%b')", string.find, "a", "%b")
fails("malformed pattern (missing arguments to '%b')", string.find, "a", "%bx")

-- find and match with a start; results.
is("4 6", ("foofoo"):find("foo", 2)) is("4 6 f", ("foofoo"):find("(f)oo", 2)) is("oo", ("foofoo"):match("o+", -2)) is("nil", ("foo"):match("f", 2)) is("", ("foo"):match("x*", 4)) is("nil", ("foo"):match("x*", 5)) is("1 3", ("foo"):find("%w+")) is("foo", ("foo"):match("foo", -10))

-- gmatch.
do
  local function all(s, p, init)
    local list = {}
    for a, b in s:gmatch(p, init) do list[#list + 1] = b and tostring(a) .. "=" .. tostring(b) or tostring(a) end
    return table.concat(list, "|")
  end
  assert(all("one two  three", "%a+") == "one|two|three")
  assert(all("a=1, b=2", "(%w+)=(%w+)") == "a=1|b=2")
  assert(all("abc", "") == "|||" and all("abc", "()") == "1|2|3|4", "empty matches")
  assert(all("abab", "a*") == "a|a|", all("abab", "a*"))
  assert(all("xuxx uu ppar r", "()(.)%2") == "3=x|6=u|9=p")
  assert(all("hello", "l", 4) == "l" and all("hello", "l", -2) == "l" and all("hello", "%w", 6) == "" and all("abc", "%w", -2) == "b|c")
  assert(all("aaa", "^a") == "", "an anchor is a plain character in gmatch")
  local f = ("x"):gmatch("x")
  assert(f() == "x" and f() == nil and f() == nil)
  fails("string expected", string.gmatch, "x")
end

-- gsub: strings, tables, functions, a limit.
is("hexxo 2", ("hello"):gsub("l", "x")) is("hexlo 1", ("hello"):gsub("l", "x", 1)) is("hello 0", ("hello"):gsub("l", "x", 0)) is("hello 0", ("hello"):gsub("z", "x")) is("hello 0", ("hello"):gsub("l", "x", -1)) is("heo 2", ("hello"):gsub("l", ""))
is("hello hello world world 2", ("hello world"):gsub("(%w+)", "%1 %1")) is("hello hello world 1", ("hello world"):gsub("%w+", "%0 %0", 1)) is("world hello 1", ("hello world"):gsub("(%w+) (%w+)", "%2 %1")) is("% 1", ("a"):gsub("a", "%%")) is("a1 1", ("a"):gsub("a", "%01")) is("aa 1", ("a"):gsub("a", "%1%0"))
is("-a-b-c- 4", ("abc"):gsub("", "-")) is("-b-c- 3", ("abac"):gsub("a*", "-")) is("x 1", (""):gsub("", "x")) is("xbc 1", ("abc"):gsub("^a", "x")) is("abx 1", ("abc"):gsub("c$", "x")) is("x 1", ("abc"):gsub(".+", "x")) is("xaa 1", ("aaa"):gsub("^a", "x"))
is("A-b 1", ("$a-b"):gsub("%$(%w+)", { a = "A" })) is("$x 1", ("$x"):gsub("%$(%w+)", { a = "A" })) is("f1 1", ("f"):gsub("f", { f = "f1" })) is("1 1", ("x"):gsub("x", { x = 1 })) is("x 1", ("x"):gsub("x", { x = false }))
is("<h><e> 2", ("he"):gsub(".", function(c) return "<" .. c .. ">" end)) is("abc 3", ("abc"):gsub("%w", function() end)) is("abc 3", ("abc"):gsub("%w", function() return false end)) is("1.5b 1", ("ab"):gsub("a", function() return 1.5 end)) is("4 = 4 1", ("4 = $return 2+2$"):gsub("%$(.-)%$", function(s) return load(s)() end))
is("k:v 1", ("k=v"):gsub("(%w)=(%w)", function(k, v) return k .. ":" .. v end)) is("13 2", ("ab"):gsub("()%w", function(p) return p == 1 and 1 or 3 end)) is("idx 1", ("x"):gsub("x", setmetatable({}, { __index = function() return "idx" end })))
assert(("a\0b"):gsub("\0", "%0%0") == "a\0\0b", "zeros in subject, pattern and replacement")
fails("invalid replacement value (a table)", string.gsub, "x", "x", function() return {} end)
fails("invalid replacement value (a boolean)", string.gsub, "x", "x", { x = true })
fails("invalid capture index %2", string.gsub, "x", "x", "%2")
fails("invalid use of '%' in replacement string", string.gsub, "x", "x", "%y")
fails("string/function/table", string.gsub, "x", "x", nil)
fails("string/function/table", string.gsub, "x", "x", true)
fails("in the function", string.gsub, "x", "x", function() error("in the function") end)

-- Long subjects, and patterns that are too much.
do
  local s = ("a"):rep(100000)
  assert(s:find("b") == nil and #s:match("a*") == 100000 and select(2, s:gsub("a", "b")) == 100000 and s:match("^a-$") == s)
  assert(select(2, (("ab"):rep(10000)):gsub("ab", "%0")) == 10000)
  fails("too complex", string.find, ("a"):rep(300000), ("a?"):rep(100000) .. "b")
end

-- A search in a long subject finds what tries at each position by itself find.
do
  local letters = { "a", "c", "g", "t", "\0", "\255", "\n" }
  local seed = 7
  local function random(most)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed // 65536 % most + 1
  end
  local pieces = {}
  for i = 1, 12000 do pieces[i] = letters[random(random(7))] end
  local subject = table.concat(pieces)
  local patterns = {
    "ac", "aaa", "agggtaaa", "[cgt]gggta", "a[act]ggt", "[^a][^c]g", "%a%a%c", ".a.c", "aa+c", "a[%z\255]", "%Wa", "(a)a()c",
    "(aac", "[a])ac", "acg$", "a$c", "[a-c]c[^a-c]", "a[]]", "a%b()", "a%f[c]c", "ac*a", "a%%", "[aa][aa][aa][aa]a?c",
    ("a"):rep(31) .. "c", ("."):rep(31) .. "c", ("[acgt]"):rep(32) .. "a", ("[acgt]"):rep(33) .. "a",
    "aa[", "aa%", "aa[^", "aa[%", "a%1", "(a)%1c",
  }
  for _, pattern in ipairs(patterns) do
    local at, stop = 1, false
    repeat
      local found, from, to = pcall(string.find, subject, pattern, at)
      local first, last
      for position = at, #subject + 1 do
        local ok, begins, ends = pcall(string.find, subject, "^" .. pattern, position)
        if not ok then
          stop = not found and from == begins
          assert(stop, pattern)
          break
        end
        if begins then
          first, last = begins, ends
          break
        end
      end
      if stop then break end
      assert(found and from == first and to == last, pattern)
      at = first and math.max(last, first) + 1 + random(300)
    until not at or at > #subject + 1
    if not stop then
      local count, tried = 0, 0
      for _ in subject:gmatch(pattern) do count = count + 1 end
      local position = 1
      while position <= #subject + 1 do
        local first, last = subject:find("^" .. pattern, position)
        if first then
          tried = tried + 1
          position = math.max(last + 1, position + 1)
        else
          position = position + 1
        end
      end
      assert(count == tried, pattern)
      assert(select(2, subject:gsub(pattern, "")) == count, pattern)
    end
  end
end
