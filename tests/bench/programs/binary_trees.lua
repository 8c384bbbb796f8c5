-- Builds and walks binary trees: small tables, made and given up in great numbers.
local depth = ... or 11

local function bottom_up(levels)
  if levels == 0 then
    return {}
  end
  return { left = bottom_up(levels - 1), right = bottom_up(levels - 1) }
end

local function count(tree)
  if not tree.left then
    return 1
  end
  return 1 + count(tree.left) + count(tree.right)
end

return function()
  local long_lived = bottom_up(depth)
  local report = {}
  for level = 4, depth, 2 do
    local trees, nodes = 2 ^ (depth - level + 2), 0
    for _ = 1, trees do
      nodes = nodes + count(bottom_up(level))
    end
    report[#report + 1] = string.format("%d trees of depth %d: %d", trees, level, nodes)
  end
  report[#report + 1] = "long-lived: " .. count(long_lived)
  return table.concat(report, "; ")
end
