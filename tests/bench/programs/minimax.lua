-- Four in a row played against itself: alpha-beta search over an array, with a table of known positions.
local depth = ... or 5

local WIDTH, HEIGHT = 7, 6
local STRIDE = WIDTH + 2
local DIRECTIONS = { 1, STRIDE, STRIDE + 1, STRIDE - 1 }
local ORDER = { 4, 3, 5, 2, 6, 1, 7 }
local WON = 10000

local Board = {}
Board.__index = Board

function Board.new()
  local board = setmetatable({ cells = {}, heights = {}, key = 0, player = 1 }, Board)
  for i = 1, STRIDE * (HEIGHT + 2) do
    board.cells[i] = 3
  end
  for column = 1, WIDTH do
    board.heights[column] = 0
    for row = 1, HEIGHT do
      board.cells[row * STRIDE + column + 1] = 0
    end
  end
  return board
end

function Board:play(column)
  local row = self.heights[column] + 1
  local at = row * STRIDE + column + 1
  self.heights[column] = row
  self.cells[at] = self.player
  self.key = (self.key + at * (at + 91) * self.player * 7919) % 1000003
  self.player = 3 - self.player
  return at
end

function Board:undo(column)
  local row = self.heights[column]
  local at = row * STRIDE + column + 1
  self.player = 3 - self.player
  self.heights[column] = row - 1
  self.cells[at] = 0
  self.key = (self.key - at * (at + 91) * self.player * 7919) % 1000003
end

function Board:wins(at)
  local cells, player = self.cells, self.cells[at]
  for _, step in ipairs(DIRECTIONS) do
    local length, i = 1, at + step
    while cells[i] == player do
      length, i = length + 1, i + step
    end
    i = at - step
    while cells[i] == player do
      length, i = length + 1, i - step
    end
    if length >= 4 then
      return true
    end
  end
  return false
end

-- The middle is worth more, and so is a neighbour of one's own.
function Board:evaluate()
  local score, cells = 0, self.cells
  for row = 1, HEIGHT do
    for column = 1, WIDTH do
      local at = row * STRIDE + column + 1
      local owner = cells[at]
      if owner ~= 0 then
        local worth = 4 - math.abs(4 - column)
        if cells[at + 1] == owner then
          worth = worth + 2
        end
        if cells[at + STRIDE] == owner then
          worth = worth + 2
        end
        score = score + (owner == self.player and worth or -worth)
      end
    end
  end
  return score
end

local Search = {}
Search.__index = Search

function Search:value(board, left, alpha, beta)
  self.nodes = self.nodes + 1
  if left == 0 then
    return board:evaluate()
  end
  local id = board.key * 16 + left * 2 + board.player % 2
  local known = self.known[id]
  if known and known.alpha <= alpha and known.beta >= beta then
    self.hits = self.hits + 1
    return known.value
  end
  local best, low = -WON * 2, alpha
  for _, column in ipairs(ORDER) do
    if board.heights[column] < HEIGHT then
      local at = board:play(column)
      local value
      if board:wins(at) then
        value = WON + left
      else
        value = -self:value(board, left - 1, -beta, -low)
      end
      board:undo(column)
      if value > best then
        best, self.moves[left] = value, column
      end
      low = math.max(low, value)
      if low >= beta then
        break
      end
    end
  end
  if best == -WON * 2 then
    best = 0
  end
  self.known[id] = { alpha = alpha, beta = beta, value = best }
  return best
end

return function()
  local board, line = Board.new(), {}
  local nodes, hits = 0, 0
  for _ = 1, 8 do
    local search = setmetatable({ nodes = 0, hits = 0, known = {}, moves = {} }, Search)
    local value = search:value(board, depth, -WON * 2, WON * 2)
    local column = search.moves[depth]
    line[#line + 1] = column .. ":" .. value
    nodes, hits = nodes + search.nodes, hits + search.hits
    if board:wins(board:play(column)) then
      break
    end
  end
  return table.concat(line, " ") .. " " .. nodes .. " " .. hits
end
