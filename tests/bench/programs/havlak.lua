-- Finds the loops of a flow graph: graphs of tables, sets, union-find, recursion.
local size = ... or 10

local Graph = {}
Graph.__index = Graph

function Graph.new()
  return setmetatable({ nodes = {} }, Graph)
end

function Graph:node(name)
  local node = self.nodes[name]
  if not node then
    node = { name = name, from = {}, to = {} }
    self.nodes[name] = node
  end
  return node
end

function Graph:edge(from, to)
  local source, target = self:node(from), self:node(to)
  table.insert(source.to, target)
  table.insert(target.from, source)
end

local function straight(graph, from, count)
  for i = 0, count - 1 do
    graph:edge(from + i, from + i + 1)
  end
  return from + count
end

local function diamond(graph, from)
  graph:edge(from, from + 1)
  graph:edge(from, from + 2)
  graph:edge(from + 1, from + 3)
  graph:edge(from + 2, from + 3)
  return from + 3
end

local function base_loop(graph, from)
  local header = straight(graph, from, 1)
  local first = diamond(graph, header)
  local second = straight(graph, first, 1)
  local third = diamond(graph, second)
  local footer = straight(graph, third, 1)
  graph:edge(second, first)
  graph:edge(third, header)
  graph:edge(footer, from)
  return straight(graph, footer, 1)
end

local function nested_loops()
  local graph, n = Graph.new(), 3
  graph:edge(1, 2)
  graph:edge(2, 3)
  for _ = 1, size do
    local outer = n
    graph:edge(2, n + 1)
    n = n + 1
    for _ = 1, size do
      local top = n
      n = straight(graph, n, 1)
      for _ = 1, 5 do
        n = base_loop(graph, n)
      end
      local bottom = straight(graph, n, 1)
      graph:edge(n, top)
      n = bottom
    end
    n = straight(graph, n, 1)
    graph:edge(n, outer)
  end
  return graph
end

-- Union-find over the nodes in depth-first order.
local Set = {}
Set.__index = Set

function Set.new(node, number)
  local set = setmetatable({ node = node, number = number }, Set)
  set.parent = set
  return set
end

function Set:find()
  local root = self
  while root.parent ~= root do
    root = root.parent
  end
  local set = self
  while set ~= root do
    set, set.parent = set.parent, root
  end
  return root
end

local function number_nodes(node, sets, numbers, last)
  local number = #sets + 1
  sets[number], numbers[node] = Set.new(node, number), number
  for _, target in ipairs(node.to) do
    if not numbers[target] then
      number_nodes(target, sets, numbers, last)
    end
  end
  last[number] = #sets
end

local function find_loops(graph)
  local sets, numbers, last = {}, {}, {}
  number_nodes(graph:node(1), sets, numbers, last)
  local function is_ancestor(a, b)
    return a <= b and b <= last[a]
  end
  local back, other = {}, {}
  for w, set in ipairs(sets) do
    back[w], other[w] = {}, {}
    for _, source in ipairs(set.node.from) do
      local v = numbers[source]
      if v then
        table.insert(is_ancestor(w, v) and back[w] or other[w], v)
      end
    end
  end
  local loops = {}
  for w = #sets, 1, -1 do
    local pool, in_pool, irreducible, self_loop = {}, {}, false, false
    for _, v in ipairs(back[w]) do
      local set = sets[v]:find()
      if v == w then
        self_loop = true
      elseif not in_pool[set] then
        in_pool[set] = true
        pool[#pool + 1] = set
      end
    end
    local at = 1
    while at <= #pool do
      for _, v in ipairs(other[pool[at].number]) do
        local set = sets[v]:find()
        if not is_ancestor(w, set.number) then
          irreducible = true
          table.insert(other[w], set.number)
        elseif set.number ~= w and not in_pool[set] then
          in_pool[set] = true
          pool[#pool + 1] = set
        end
      end
      at = at + 1
    end
    if self_loop or #pool > 0 then
      local loop = { header = w, irreducible = irreducible, children = {}, blocks = 0 }
      sets[w].loop = loop
      for _, set in ipairs(pool) do
        set.parent = sets[w]
        if set.loop then
          set.loop.parent = loop
          table.insert(loop.children, set.loop)
        else
          loop.blocks = loop.blocks + 1
        end
      end
      loops[#loops + 1] = loop
    end
  end
  return loops
end

local function depth(loop)
  local deepest = 0
  for _, child in ipairs(loop.children) do
    deepest = math.max(deepest, depth(child))
  end
  return deepest + 1
end

return function()
  local loops, deepest, blocks, irreducible = find_loops(nested_loops()), 0, 0, 0
  for _, loop in ipairs(loops) do
    blocks = blocks + loop.blocks
    if loop.irreducible then
      irreducible = irreducible + 1
    end
    if not loop.parent then
      deepest = math.max(deepest, depth(loop))
    end
  end
  return string.format("%d loops, depth %d, %d blocks, %d irreducible", #loops, deepest, blocks, irreducible)
end
