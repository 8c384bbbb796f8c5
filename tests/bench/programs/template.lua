-- A template engine as wikis use: compiles to Lua by load, escapes, filters, includes, and a page of rows.
local pages = ... or 60

local FILTERS = {
  upper = string.upper,
  title = function(text)
    return (text:gsub("(%a)(%w*)", function(first, rest) return first:upper() .. rest end))
  end,
  plural = function(number)
    return number == 1 and "1 item" or number .. " items"
  end,
}

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function escape(value)
  return (tostring(value):gsub('[&<>"]', ENTITIES))
end

-- {{ expression | filter }} is a value, {% code %} is Lua, {# comment #} is nothing.
local function compile(source)
  local code, at = { "local out, escape, filters, include, self = ... local add = function(s) out[#out + 1] = s end " }, 1
  while true do
    local open, _, kind = source:find("{([{%%#])", at)
    if not open then
      break
    end
    if open > at then
      code[#code + 1] = string.format("add(%q) ", source:sub(at, open - 1))
    end
    local close = kind == "{" and "}}" or kind .. "}"
    local stop, last = source:find(close, open + 2, true)
    if not stop then
      error("a tag is not closed: " .. source:sub(open, open + 20))
    end
    local body = source:sub(open + 2, stop - 1):match("^%s*(.-)%s*$")
    if kind == "%" then
      code[#code + 1] = body .. " "
    elseif kind == "{" then
      local expression, filter = body:match("^(.-)%s*|%s*(%a+)$")
      if filter then
        code[#code + 1] = string.format("add(escape(filters.%s(%s))) ", filter, expression)
      else
        code[#code + 1] = string.format("add(escape(%s)) ", body)
      end
    end
    at = last + 1
  end
  code[#code + 1] = string.format("add(%q)", source:sub(at))
  return assert(load(table.concat(code), "=template", "t"))
end

local SOURCES = {
  page = [[
<h1>{{ self.title | title }}</h1>
{# what is listed depends on the season #}
{% if #self.rows > 0 then %}<p>{{ #self.rows | plural }}</p>
<table>
{% for i, row in ipairs(self.rows) do include("row", { n = i, row = row }) end %}
</table>{% else %}<p>Nothing.</p>{% end %}
<footer>{{ self.note }}</footer>
]],
  row = [[
<tr class="{{ self.n % 2 == 0 and 'even' or 'odd' }}"><td>{{ self.n }}</td><td>{{ self.row.name | upper }}</td>
<td>{% for _, tag in ipairs(self.row.tags) do %}<b>{{ tag }}</b> {% end %}</td></tr>
]],
}

local function render(compiled, name, self)
  local out = {}
  local function include(other, value)
    compiled[other](out, escape, FILTERS, include, value)
  end
  include(name, self)
  return table.concat(out)
end

local function content(page)
  local rows = {}
  for i = 1, page * 7 % 60 do
    rows[i] = { name = "item <" .. i .. ">", tags = { "a&b", "tag " .. i % 5, '"quoted"' } }
  end
  return { title = "the page of number " .. page, rows = rows, note = "made & kept <by hand>" }
end

return function()
  local compiled = {}
  for name, source in pairs(SOURCES) do
    compiled[name] = compile(source)
  end
  local total, sum = 0, 0
  for page = 1, pages do
    local text = render(compiled, "page", content(page))
    total = total + #text
    for i = 1, #text, 29 do
      sum = (sum * 31 + text:byte(i)) % 65521
    end
  end
  return total .. " " .. sum
end
