-- Looks for motifs in a DNA sequence and rewrites it: patterns with few matches, and gsub.
local length = ... or 100000

local function fasta()
  local bases, seed, parts = "acgtacgtttaag", 42, {}
  for i = 1, length do
    seed = (seed * 3877 + 29573) % 139968
    local base = math.floor(seed * #bases / 139968) + 1
    parts[i] = bases:sub(base, base)
    if i % 60 == 0 then
      parts[i] = parts[i] .. "\n"
    end
  end
  return ">ONE the only sequence\n" .. table.concat(parts) .. "\n"
end

local input = fasta()

-- Each has its reverse complement beside it.
local MOTIFS = {
  { "agggtaaa", "tttaccct" },
  { "[cgt]gggtaaa", "tttaccc[acg]" },
  { "a[act]ggtaaa", "tttacc[agt]t" },
  { "ag[act]gtaaa", "tttac[agt]ct" },
  { "agg[act]taaa", "ttta[agt]cct" },
  { "aggg[acg]aaa", "ttt[cgt]ccct" },
  { "agggt[cgt]aa", "tt[acg]accct" },
  { "agggta[cgt]a", "t[acg]taccct" },
  { "agggtaa[cgt]", "[acg]ttaccct" },
}

local REWRITES = {
  { "tHa[Nt]", "<4>" },
  { "aND", "<3>" },
  { "a[NSt]", "BY" },
  { "|[^|][^|]*|", "|" },
  { "g([ca])g", "|%1|" },
}

return function()
  local text = input:gsub(">[^\n]*\n", ""):gsub("\n", "")
  local report = { #input, #text }
  for _, pair in ipairs(MOTIFS) do
    local matches = 0
    for _, motif in ipairs(pair) do
      for _ in text:gmatch(motif) do
        matches = matches + 1
      end
    end
    report[#report + 1] = pair[1] .. "|" .. pair[2] .. " " .. matches
  end
  for _, rewrite in ipairs(REWRITES) do
    text = text:gsub(rewrite[1], rewrite[2])
  end
  report[#report + 1] = #text
  return table.concat(report, ", ")
end
