-- `at(i)`, up to COUNT: strings that have one hash, for the seed 2^31. They are of letters, and within `all`.
local BLOCKS, COUNT = 12, 30000
local function step(h, c) return h ~ (((h << 5) + (h >> 2) + c) & 0xffffffff) end
local h, blocks = (1 << 31) ~ 2 * BLOCKS, {}
for b = 1, BLOCKS do -- the hash begins with the end of a string
  local by_hash, most = {}, {}
  for c1 = 40, 91 do
    local h1 = step(h, c1)
    for c2 = 40, 91 do
      local h2 = step(h1, c2)
      local found = by_hash[h2] or { h = h2 }
      by_hash[h2] = found
      found[#found + 1] = c2 | c1 << 8
      if #found > #most then most = found end
    end
  end
  blocks[b] = most
  h = most.h
end
local chunks = {}
for first = 1, COUNT, 100 do
  local bytes = {}
  for number = first, first + 99 do
    local rest = number
    for b = BLOCKS, 1, -1 do
      local pair = blocks[b][1 + rest % #blocks[b]]
      rest = rest // #blocks[b]
      bytes[#bytes + 1] = pair & 255
      bytes[#bytes + 1] = pair >> 8
    end
  end
  chunks[#chunks + 1] = string.char(table.unpack(bytes))
end
local all = table.concat(chunks)
local function at(i) return all:sub(24 * i - 23, 24 * i) end
