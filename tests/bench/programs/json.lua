-- JSON in pure Lua, there and back: a recursive parser by find and sub, and a writer.
local records = ... or 150

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
local UNESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function escape(char)
  return ESCAPES[char] or string.format("\\u%04x", char:byte())
end

local encode

local function encode_array(array)
  local parts = {}
  for i, value in ipairs(array) do
    parts[i] = encode(value)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function encode_object(object)
  local keys, parts = {}, {}
  for key in pairs(object) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for i, key in ipairs(keys) do
    parts[i] = encode(key) .. ":" .. encode(object[key])
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

function encode(value)
  local kind = type(value)
  if kind == "table" then
    return #value > 0 and encode_array(value) or encode_object(value)
  elseif kind == "string" then
    return '"' .. value:gsub('[%c"\\]', escape) .. '"'
  elseif kind == "number" then
    return string.format(value % 1 == 0 and "%d" or "%.14g", value)
  end
  return tostring(value)
end

local decode

local function fail(text, at, expected)
  error(string.format("expected %s at %d, got %q", expected, at, text:sub(at, at + 9)))
end

local function skip(text, at)
  return text:find("%S", at) or #text + 1
end

local function decode_string(text, at)
  local parts, from = {}, at + 1
  while true do
    local stop = text:find('["\\]', from)
    if not stop then
      fail(text, at, "the end of a string")
    end
    parts[#parts + 1] = text:sub(from, stop - 1)
    if text:sub(stop, stop) == '"' then
      return table.concat(parts), stop + 1
    end
    local letter = text:sub(stop + 1, stop + 1)
    if letter == "u" then
      parts[#parts + 1] = utf8.char(tonumber(text:sub(stop + 2, stop + 5), 16))
      from = stop + 6
    else
      parts[#parts + 1] = UNESCAPES[letter] or fail(text, stop, "an escape")
      from = stop + 2
    end
  end
end

local function decode_array(text, at)
  local array = {}
  at = skip(text, at + 1)
  while text:sub(at, at) ~= "]" do
    array[#array + 1], at = decode(text, at)
    at = skip(text, at)
    if text:sub(at, at) == "," then
      at = skip(text, at + 1)
    end
  end
  return array, at + 1
end

local function decode_object(text, at)
  local object, key = {}, nil
  at = skip(text, at + 1)
  while text:sub(at, at) ~= "}" do
    key, at = decode_string(text, at)
    at = skip(text, at)
    if text:sub(at, at) ~= ":" then
      fail(text, at, "a colon")
    end
    object[key], at = decode(text, skip(text, at + 1))
    at = skip(text, at)
    if text:sub(at, at) == "," then
      at = skip(text, at + 1)
    end
  end
  return object, at + 1
end

local WORDS = { ["true"] = true, ["false"] = false }

function decode(text, at)
  local first = text:sub(at, at)
  if first == "{" then
    return decode_object(text, at)
  elseif first == "[" then
    return decode_array(text, at)
  elseif first == '"' then
    return decode_string(text, at)
  end
  local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at)
  if number then
    return tonumber(number), at + #number
  end
  local word = text:match("^%a+", at)
  if WORDS[word] == nil then
    fail(text, at, "a value")
  end
  return WORDS[word], at + #word
end

local function record(i)
  return {
    id = i,
    name = "player " .. i,
    score = i * 7 % 100 + 0.5,
    active = i % 3 == 0,
    tags = { "first", 'quoted "twice"', "line\nbreak", "tab\tand\\slash" },
    position = { x = i / 8, y = -i / 4, level = { i, i + 1, i + 2 } },
    note = "A somewhat longer text, as people write them in a form's field. \1",
  }
end

local data = {}
for i = 1, records do
  data[i] = record(i)
end

return function()
  local text = encode(data)
  local decoded, stop = decode(text, 1)
  local again = encode(decoded)
  assert(again == text and stop == #text + 1, "the text changes on its way")
  local sum = 0
  for i = 1, #text, 13 do
    sum = (sum * 31 + text:byte(i)) % 65521
  end
  return #text .. " " .. sum
end
