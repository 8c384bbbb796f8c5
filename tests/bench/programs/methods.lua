-- Objects of a small hierarchy: methods found through chains of metatables, super calls, operators, properties.
local count = ... or 3000

local function class(base)
  local new = {}
  new.__index = new
  if base then
    for _, event in ipairs { "__add", "__eq", "__tostring" } do
      new[event] = base[event]
    end
    setmetatable(new, { __index = base })
  end
  return new
end

local Vector = class()

function Vector.new(x, y)
  return setmetatable({ x = x, y = y }, Vector)
end

Vector.__add = function(a, b)
  return Vector.new(a.x + b.x, a.y + b.y)
end
Vector.__eq = function(a, b)
  return a.x == b.x and a.y == b.y
end

function Vector:length2()
  return self.x * self.x + self.y * self.y
end

local Shape = class()

function Shape.init(shape, x, y)
  shape.position = Vector.new(x, y)
  return shape
end

function Shape:move(by)
  self.position = self.position + by
  return self
end

function Shape:area()
  return 0
end

function Shape:describe()
  return self:name() .. " of " .. self:area()
end

local Rectangle = class(Shape)

function Rectangle.new(x, y, width, height)
  local shape = Shape.init(setmetatable({}, Rectangle), x, y)
  shape.width, shape.height = width, height
  return shape
end

function Rectangle:area()
  return self.width * self.height
end

function Rectangle:name()
  return "rectangle"
end

local Square = class(Rectangle)

function Square.new(x, y, side)
  local shape = Rectangle.new(x, y, side, side)
  return setmetatable(shape, Square)
end

function Square:name()
  return "square"
end

function Square:move(by)
  self.moves = (self.moves or 0) + 1
  return Shape.move(self, by)
end

-- Properties that are computed when they are read.
local Circle = class(Shape)
Circle.__index = function(circle, key)
  if key == "diameter" then
    return 2 * rawget(circle, "radius")
  end
  return Circle[key]
end

function Circle.new(x, y, radius)
  return Shape.init(setmetatable({ radius = radius }, Circle), x, y)
end

function Circle:area()
  return 3 * self.radius * self.diameter // 2
end

function Circle:name()
  return "circle"
end

return function()
  local shapes = {}
  for i = 1, count do
    local kind = i % 3
    if kind == 0 then
      shapes[i] = Rectangle.new(i, 0, i % 7 + 1, i % 5 + 1)
    elseif kind == 1 then
      shapes[i] = Square.new(0, i, i % 9 + 1)
    else
      shapes[i] = Circle.new(i, i, i % 4 + 1)
    end
  end
  local step, sum, letters, meetings = Vector.new(1, -2), 0, 0, 0
  for _ = 1, 12 do
    for i, shape in ipairs(shapes) do
      shape:move(step)
      sum = (sum + shape:area() + shape.position:length2()) % 65521
      if shape.position == shapes[i % count + 1].position then
        meetings = meetings + 1
      end
    end
  end
  for _, shape in ipairs(shapes) do
    letters = letters + #shape:describe() + (shape.moves or 0)
  end
  return sum .. " " .. letters .. " " .. meetings
end
