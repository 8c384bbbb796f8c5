-- Few matches of nine motifs, and of some with sets, over 500 KB of random bases.
local seed, bases, parts = 42, { "a", "c", "g", "t" }, {}
for i = 1, 500000 do
  seed = (seed * 3877 + 29573) % 139968
  parts[i] = bases[seed * 4 // 139968 + 1]
end
local text = table.concat(parts)
local motifs = {
  "agggtaaa", "tttaccct", "[cgt]gggtaaa", "tttaccc[acg]", "a[act]ggtaaa", "tttacc[agt]t", "ag[act]gtaaa", "tttac[agt]ct",
  "agg[act]taaa",
}

return function()
  local count = 0
  for _, motif in ipairs(motifs) do
    for _ in text:gmatch(motif) do count = count + 1 end
  end
  return count
end
