-- Turns DNA sequences round and swaps their bases: bytes, string.reverse and gsub with a table.
local count = ... or 10

local function records(length)
  local seed, lines = 42, {}
  for record = 1, count do
    lines[#lines + 1] = ">record " .. record
    for _ = 1, length / 60 do
      local line = {}
      for i = 1, 60 do
        seed = (seed * 3877 + 29573) % 139968
        local code = seed % 15 + 1
        line[i] = ("ACGTUMRWSYKVHDB"):sub(code, code)
      end
      lines[#lines + 1] = table.concat(line)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

local complement = {}
for i = 1, 15 do
  local from, to = ("ACGTUMRWSYKVHDB"):sub(i, i), ("TGCAAKYWSRMBDHV"):sub(i, i)
  complement[from], complement[from:lower()] = to, to
end

local function reversed(head, lines)
  local sequence = table.concat(lines):reverse():gsub("%a", complement)
  local out = { head }
  for i = 1, #sequence, 60 do
    out[#out + 1] = sequence:sub(i, i + 59)
  end
  return table.concat(out, "\n") .. "\n"
end

local input = records(12000)

return function()
  local out, head, lines = {}, nil, {}
  for line in input:gmatch("[^\n]+") do
    if line:sub(1, 1) == ">" then
      if head then
        out[#out + 1] = reversed(head, lines)
      end
      head, lines = line, {}
    else
      lines[#lines + 1] = line
    end
  end
  out[#out + 1] = reversed(head, lines)
  local text, sum = table.concat(out), 0
  for i = 1, #text, 11 do
    sum = (sum * 31 + text:byte(i)) % 65521
  end
  return string.format("%d bytes, %d", #text, sum)
end
