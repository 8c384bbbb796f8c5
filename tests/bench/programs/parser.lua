-- A small language: a lexer by patterns, a parser by precedence, and an interpreter of its trees.
local rounds = ... or 150

local SOURCE = [[
let total = 0;
let i = 1;
while i <= 40 do
  if i % 3 == 0 or i % 5 == 0 then
    let total = total + i * (2 + i % 4) - -i;
  else
    let total = total + max(i, 20) / 2 - min(i, 7);
  end
  let i = i + 1;
end
let answer = (total + 1) * 2 - i ^ 2 / (1 + 1);
]]

local KEYWORDS = { let = true, ["while"] = true, ["do"] = true, ["if"] = true, ["then"] = true, ["else"] = true,
  ["end"] = true, ["or"] = true, ["and"] = true, ["not"] = true }

local function lex(source)
  local tokens, at = {}, 1
  while true do
    at = source:find("%S", at)
    if not at then
      break
    end
    local text, kind = source:match("^%a%w*", at), "name"
    if text then
      kind = KEYWORDS[text] and text or "name"
    else
      text, kind = source:match("^%d+%.?%d*", at), "number"
      if not text then
        text = source:match("^[<>=~]=", at) or source:match("^[%+%-%*/%%%^%(%)<>=;,]", at)
        kind = text
      end
    end
    if not text then
      error("unexpected character at " .. at)
    end
    tokens[#tokens + 1] = { kind = kind, text = text }
    at = at + #text
  end
  tokens[#tokens + 1] = { kind = "eof", text = "the end" }
  return tokens
end

local BINDING = {
  ["or"] = { 1, 2 }, ["and"] = { 3, 4 }, ["=="] = { 5, 6 }, ["~="] = { 5, 6 }, ["<"] = { 7, 8 }, ["<="] = { 7, 8 },
  [">"] = { 7, 8 }, [">="] = { 7, 8 }, ["+"] = { 9, 10 }, ["-"] = { 9, 10 }, ["*"] = { 11, 12 }, ["/"] = { 11, 12 },
  ["%"] = { 11, 12 }, ["^"] = { 16, 15 },
}
local UNARY = 13

local Parser = {}
Parser.__index = Parser

function Parser:take(kind)
  local token = self.tokens[self.at]
  if kind and token.kind ~= kind then
    error(string.format("expected %s, got %s", kind, token.text))
  end
  self.at = self.at + 1
  return token
end

function Parser:is(kind)
  return self.tokens[self.at].kind == kind
end

function Parser:primary()
  local token = self:take()
  if token.kind == "number" then
    return { kind = "number", value = tonumber(token.text) }
  elseif token.kind == "(" then
    local inner = self:expression(0)
    self:take(")")
    return inner
  elseif token.kind == "-" or token.kind == "not" then
    return { kind = "unary", operator = token.kind, operand = self:expression(UNARY) }
  elseif token.kind ~= "name" then
    error("unexpected " .. token.text)
  elseif not self:is("(") then
    return { kind = "name", name = token.text }
  end
  local arguments = {}
  self:take("(")
  while not self:is(")") do
    arguments[#arguments + 1] = self:expression(0)
    if not self:is(")") then
      self:take(",")
    end
  end
  self:take(")")
  return { kind = "call", name = token.text, arguments = arguments }
end

function Parser:expression(least)
  local left = self:primary()
  while true do
    local operator = self.tokens[self.at].kind
    local binding = BINDING[operator]
    if not binding or binding[1] < least then
      return left
    end
    self:take()
    left = { kind = "binary", operator = operator, left = left, right = self:expression(binding[2]) }
  end
end

function Parser:block(...)
  local statements = { kind = "block" }
  while true do
    for _, stop in ipairs { ... } do
      if self:is(stop) then
        return statements
      end
    end
    statements[#statements + 1] = self:statement()
  end
end

function Parser:statement()
  local keyword = self:take().kind
  if keyword == "let" then
    local name = self:take("name").text
    self:take("=")
    local value = self:expression(0)
    self:take(";")
    return { kind = "let", name = name, value = value }
  end
  local condition = self:expression(0)
  if keyword == "while" then
    self:take("do")
    local body = self:block("end")
    self:take("end")
    return { kind = "while", condition = condition, body = body }
  elseif keyword ~= "if" then
    error("a statement cannot begin with " .. keyword)
  end
  self:take("then")
  local yes, no = self:block("else", "end"), nil
  if self:is("else") then
    self:take("else")
    no = self:block("end")
  end
  self:take("end")
  return { kind = "if", condition = condition, yes = yes, no = no }
end

local FUNCTIONS = { max = math.max, min = math.min }

local OPERATORS = {
  ["+"] = function(a, b) return a + b end,
  ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end,
  ["%"] = function(a, b) return a % b end,
  ["^"] = function(a, b) return a ^ b end,
  ["=="] = function(a, b) return a == b end,
  ["~="] = function(a, b) return a ~= b end,
  ["<"] = function(a, b) return a < b end,
  ["<="] = function(a, b) return a <= b end,
  [">"] = function(a, b) return a > b end,
  [">="] = function(a, b) return a >= b end,
}

local evaluate = {}

local function eval(node, scope)
  return evaluate[node.kind](node, scope)
end

function evaluate.number(node)
  return node.value
end

function evaluate.name(node, scope)
  return scope[node.name] or error("unknown name " .. node.name)
end

function evaluate.unary(node, scope)
  local value = eval(node.operand, scope)
  if node.operator == "-" then
    return -value
  end
  return not value
end

function evaluate.binary(node, scope)
  local left = eval(node.left, scope)
  if node.operator == "or" then
    return left or eval(node.right, scope)
  elseif node.operator == "and" then
    return left and eval(node.right, scope)
  end
  return OPERATORS[node.operator](left, eval(node.right, scope))
end

function evaluate.call(node, scope)
  local arguments = {}
  for i, argument in ipairs(node.arguments) do
    arguments[i] = eval(argument, scope)
  end
  return FUNCTIONS[node.name](table.unpack(arguments))
end

function evaluate.block(node, scope)
  for _, statement in ipairs(node) do
    eval(statement, scope)
  end
end

function evaluate.let(node, scope)
  scope[node.name] = eval(node.value, scope)
end

evaluate["while"] = function(node, scope)
  while eval(node.condition, scope) do
    eval(node.body, scope)
  end
end

evaluate["if"] = function(node, scope)
  if eval(node.condition, scope) then
    eval(node.yes, scope)
  elseif node.no then
    eval(node.no, scope)
  end
end

return function()
  local sum, tokens = 0, 0
  for round = 1, rounds do
    local parser = setmetatable({ tokens = lex(SOURCE:gsub("40", 20 + round % 30)), at = 1 }, Parser)
    local program, scope = parser:block("eof"), {}
    eval(program, scope)
    sum = sum + scope.answer
    tokens = tokens + #parser.tokens
  end
  return string.format("%.4f %d", sum, tokens)
end
