local cases = require "cases"
local case, show, raises = cases.case, cases.show, cases.raises
case("pl", function()
  local pl = require "pl.import_into" ()
  show(pl.stringx.split("a,b,c", ","), pl.utils._VERSION)
end)
case("List, Map, Set, OrderedMap, MultiMap", function()
  local List, Map, Set = require "pl.List", require "pl.Map", require "pl.Set"
  local l = List { 3, 1, 2 }
  print(l:sort():map("_*2"):append(9):reverse(), l:slice(1, 2), List.range(1, 4), l .. List { 1 }, l == List { 1, 2, 3 })
  print(l:filter("<", 3), List "abc", List.split("a b"))
end)
case("Map, Set", function()
  local Map, Set, OrderedMap, MultiMap = require "pl.Map", require "pl.Set", require "pl.OrderedMap", require "pl.MultiMap"
  local m = Map { a = 1 } m:set("b", 2)
  show(m:get("b"), m:len(), m == Map { a = 1, b = 2 }) print(Set { 1 } + Set { 1 }, Set { 1, 2 } * Set { 2 }, Set.len(Set { 1, 2 } ^ Set { 2, 3 }))
  local o = OrderedMap() o:set("z", 1) o:set("a", 2) print(o) show(o:keys())
  local mm = MultiMap() mm:set("a", 1) mm:set("a", 2) show(mm:get("a"))
end)
case("class", function()
  local class = require "pl.class"
  class.Animal() function Animal:_init(n) self.name = n end function Animal:__tostring() return self.name .. ": " .. self:speak() end
  class.Dog(Animal) function Dog:speak() return "bark" end
  local d = Dog("Fido") print(d, d:is_a(Animal), Dog:class_of(d), Animal:class_of(1))
  local P = class(class.properties) function P:get_x() return 5 end print(P().x)
end)
case("stringx, text, template", function()
  local stringx, text, template = require "pl.stringx", require "pl.text", require "pl.template"
  show(stringx.strip("  x "), stringx.center("a", 5, "*"), stringx.partition("a=b", "="), stringx.lines("a\nb")(), stringx.title("hello world"))
  print(stringx.wrap and stringx.wrap(("word "):rep(30), 20) or "", text.Template("$a ${b}"):substitute { a = 1, b = 2 }, stringx.format_operator and 1)
  print(template.substitute("# for i = 1, 3 do\n<$(i)>\n# end\n", {}))
  show(template.compile("# x = = 1\n"))
  print(text.dedent("    a\n      b\n"), text.indent and text.indent("a\nb", 2, "-"))
  stringx.format_operator() print("%s-%d" % { "x", 5 })
end)
case("tablex, seq, array2d, permute", function()
  local tablex, seq, array2d, permute = require "pl.tablex", require "pl.seq", require "pl.array2d", require "pl.permute"
  show(tablex.deepcopy { a = { 1 } }, tablex.deepcompare({ 1, { 2 } }, { 1, { 2 } }), tablex.map("#", { "a", "bb" }), tablex.reduce("+", { 1, 2, 3 }))
  show(seq.sum { 1, 2, 3 }, seq(seq.list { 1, 2, 3 }):map("_+1"):copy(), seq.count_map { "a", "b", "a" }, seq.copy(seq.range(1, 3)))
  show(array2d.map("*", { { 1, 2 }, { 3, 4 } }, 2), array2d.column({ { 1, 2 }, { 3, 4 } }, 2), array2d.product("..", { "a", "b" }, { 1, 2 }))
  for p in permute.order_iter { 1, 2, 3 } do show(p) end
end)
case("pretty", function()
  local pretty = require "pl.pretty"
  print(pretty.write({ 1, 2, { a = "x\n", ["b c"] = true } }), pretty.number(123456, "N"), pretty.write({ 1, { 2 } }, ""))
  pretty.dump({ 3 })
end)
case("pretty.read and load", function()
  local pretty = require "pl.pretty"
  show(pretty.read("{ 1, 2, a = 'x' }")) show(pretty.read("{ os.exit() }")) show(pretty.load("x = 1 y = x + 1"))
end)
case("func, comprehension, luabalanced", function()
  local func, C = require "pl.func", require "pl.comprehension".new()
  local _1, _2 = func._1, func._2
  print(func.I(_1 + _2 * 3)(2, 4), tostring(_1 .. "x")) show(C "x^2 for x=1,4 if x % 2 == 0" (), C "sum(x for x)" { 1, 2, 3 }, C "table(x,1 for x)" { "a" })
end)
case("lexer, sip, data, config, input", function()
  local lexer, sip, data, config, input, stringio = require "pl.lexer", require "pl.sip", require "pl.data", require "pl.config", require "pl.input", require "pl.stringio"
  for t, v in lexer.lua "for i = 1, 0x10 do x[i] = 'a' .. [[b]] end" do io.write(t, ":", tostring(v), " ") end print()
  local r = {} show(sip.match("$v{name} = $d{n} at $({loc})", "x = 12 at (3,4)", r), r)
  local d = data.read(stringio.open "a,b\n1,2\n3,4\n") show(d.fieldnames, d:column_by_name "b", d:select "a where b > 2"())
  show(config.read(stringio.open "# c\na = 1\n[s]\nb = x,y\n"))
  show(input.numbers and 1, input.fields({ 1, 3 }, ",", "1,2,3\n4,5,6")())
end)
case("xml, url, stringio", function()
  local xml, url, stringio = require "pl.xml", require "pl.url", require "pl.stringio"
  local d = xml.parse "<a x='1'><b>t &amp; u</b><c/></a>" print(d, xml.tostring(d, "", "  "), d:child_with_name "b":get_text()) show(d:match "<a><b>$t</b></a>")
  show(url.quote "a b/&", url.unquote "a%20b") local f = stringio.create() f:write("a", 1) f:writef("%d", 3) print(f:value(), stringio.open "1 2\nx":read("*n", "*l"))
end)
case("Date", function()
  local Date = require "pl.Date"
  local d = Date { year = 2024, month = 2, day = 28 } d:add { day = 2 } print(d:year(), d:month(), d:day(), d:weekday_name(), d:is_weekend(), d:last_day():day())
  print(Date.Format "yyyy-mm-dd":tostring(d), Date.Format():parse "2010-01-02 10:20:30":hour(), Date("utc") ~= nil)
end)
case("lapp", function()
  local lapp = require "pl.lapp"
  lapp.show_usage_error = "throw"
  show(lapp("Test\n -v,--verbose say\n -n,--num (default 5) number\n <name> (string)\n", { "-v", "--num=7", "bob" }))
  raises(lapp, "Test\n -n (number) x\n", { "-n", "abc" })
end)
case("utils, types, operator, compat, strict", function()
  local utils, types, operator, compat = require "pl.utils", require "pl.types", require "pl.operator", require "pl.compat"
  show(utils.split("a b  c"), utils.choose(true, 1, 2), utils.escape "a.b", utils.pack(1, nil).n, utils.is_type({}, "table"), types.is_empty "", types.to_bool "yes", types.type(io.stdout))
  show(compat.lua51, compat.dir_separator, compat.is_windows, compat.jit, utils.load("return 1")(), operator.optable["+"](1, 2))
  raises(utils.assert_arg, 1, "x", "number") raises(utils.assert_string, 2, 5)
  local env = { } show(compat.setfenv and compat.getfenv(compat.setfenv(load "return y", env)) == env, 1)
  local strict = require "pl.strict" local m = strict.module("m", { x = 1 }) raises(function() return m.nope end) raises(function() return undefined_name end)
end)
case("test", function()
  local test = require "pl.test" test.asserteq({ 1, { 2 } }, { 1, { 2 } }) test.assertraise(function() error "x" end, "x") show(test.tuple(1, 2) == test.tuple(1, 2))
end)
case("path, dir, file, app", function()
  show(require "pl.path".splitext "a/b.txt", require "pl.path".normpath "a/../b", type(require "pl.dir".fnmatch), type(require "pl.app".parse_args))
end)
