-- The Mandelbrot set as the bytes of a bitmap: a tight loop of floats.
local size = ... or 128

local LIMIT = 50

local function escapes(cr, ci)
  local zr, zi, zr2, zi2 = 0.0, 0.0, 0.0, 0.0
  for _ = 1, LIMIT do
    zi = 2 * zr * zi + ci
    zr = zr2 - zi2 + cr
    zr2, zi2 = zr * zr, zi * zi
    if zr2 + zi2 > 4 then
      return true
    end
  end
  return false
end

return function()
  local rows = {}
  for y = 0, size - 1 do
    local ci, bytes, byte = 2 * y / size - 1, {}, 0
    for x = 0, size - 1 do
      byte = byte * 2 + (escapes(2 * x / size - 1.5, ci) and 0 or 1)
      if x % 8 == 7 then
        bytes[#bytes + 1] = string.char(byte)
        byte = 0
      end
    end
    rows[#rows + 1] = table.concat(bytes)
  end
  local bitmap = table.concat(rows)
  local a, b = 1, 0
  for i = 1, #bitmap do
    a = (a + bitmap:byte(i)) % 65521
    b = (b + a) % 65521
  end
  return string.format("%d bytes, %d %d", #bitmap, a, b)
end
