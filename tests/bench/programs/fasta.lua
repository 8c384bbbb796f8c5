-- Writes random DNA sequences by given frequencies: a generator of numbers, and lines of text.
local n = ... or 12000

local IM, IA, IC = 139968, 3877, 29573
local seed

local function random(max)
  seed = (seed * IA + IC) % IM
  return max * seed / IM
end

local HUMAN = { { "a", 0.302954942668 }, { "c", 0.1979883004921 }, { "g", 0.1975473066391 }, { "t", 0.3015094502008 } }
local CODES = { { "a", 0.27 }, { "c", 0.12 }, { "g", 0.12 }, { "t", 0.27 } }
for code in ("BDHKMNRSVWY"):gmatch(".") do
  CODES[#CODES + 1] = { code, 0.02 }
end

local ALU = "GGCCGGGCGCGGTGGCTCACGCCTGTAATCCCAGCACTTTGG" .. "GAGGCCGAGGCGGGCGGATCACCTGAGGTCAGGAGTTCGAGA"
  .. "CCAGCCTGGCCAACATGGTGAAACCCCGTCTCTACTAAAAAT"

local function repeated(write, head, text, length)
  write(">" .. head .. "\n")
  local doubled, at = text .. text, 1
  while length > 0 do
    local width = math.min(60, length)
    write(doubled:sub(at, at + width - 1) .. "\n")
    at = (at + width - 1) % #text + 1
    length = length - width
  end
end

local function chosen(write, head, bases, length)
  write(">" .. head .. "\n")
  while length > 0 do
    local width, line = math.min(60, length), {}
    for i = 1, width do
      local left = random(1)
      for _, base in ipairs(bases) do
        left = left - base[2]
        if left < 0 then
          line[i] = base[1]
          break
        end
      end
      line[i] = line[i] or bases[#bases][1]
    end
    write(table.concat(line) .. "\n")
    length = length - width
  end
end

return function()
  seed = 42
  local lines, sum = 0, 0
  local function write(line)
    lines = lines + 1
    for i = 1, #line, 7 do
      sum = (sum * 31 + line:byte(i)) % 65521
    end
  end
  repeated(write, "ONE Homo sapiens alu", ALU, 2 * n)
  chosen(write, "TWO IUB ambiguity codes", CODES, 3 * n)
  chosen(write, "THREE Homo sapiens frequency", HUMAN, 5 * n)
  return string.format("%d lines, %d", lines, sum)
end
