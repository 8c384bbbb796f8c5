-- Conway's game of life on a torus: arrays of arrays, and strings to show them.
local generations = ... or 60

local WIDTH, HEIGHT = 64, 40

local function empty()
  local cells = {}
  for y = 1, HEIGHT do
    cells[y] = {}
    for x = 1, WIDTH do
      cells[y][x] = 0
    end
  end
  return cells
end

local function spawn(cells, shape, left, top)
  local y = top
  for row in shape:gmatch("[^/]+") do
    for x = 1, #row do
      if row:sub(x, x) == "O" then
        cells[y][left + x - 1] = 1
      end
    end
    y = y + 1
  end
end

local function step(cells, next)
  local up, here = cells[HEIGHT], cells[1]
  for y = 1, HEIGHT do
    local down, row = cells[y % HEIGHT + 1], next[y]
    local left = WIDTH
    for x = 1, WIDTH do
      local right = x % WIDTH + 1
      local around = up[left] + up[x] + up[right] + here[left] + here[right] + down[left] + down[x] + down[right]
      if around == 3 or (around == 2 and here[x] == 1) then
        row[x] = 1
      else
        row[x] = 0
      end
      left = x
    end
    up, here = here, down
  end
end

local function show(cells)
  local lines = {}
  for y = 1, HEIGHT do
    local line = {}
    for x = 1, WIDTH do
      line[x] = cells[y][x] == 1 and "O" or "."
    end
    lines[y] = table.concat(line)
  end
  return table.concat(lines, "\n")
end

return function()
  local cells, next = empty(), empty()
  spawn(cells, ".O./..O/OOO", 2, 2)
  spawn(cells, ".OO/OO./.O.", 30, 18)
  spawn(cells, ".O....../...O..../OO..OOO.", 45, 8)
  spawn(cells, "OOOOOOOO.OOOOO...OOO......OOOOOOO.OOOOO", 12, 30)
  for _ = 1, generations do
    step(cells, next)
    cells, next = next, cells
  end
  local picture, sum = show(cells), 0
  local _, alive = picture:gsub("O", "O")
  for i = 1, #picture do
    sum = (sum * 31 + picture:byte(i)) % 65521
  end
  return alive .. " " .. sum
end
