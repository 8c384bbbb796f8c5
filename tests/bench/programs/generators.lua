-- Coroutines as generators: sequences in a pipeline, permutations, a walk through a tree, producers that take turns.
local count = ... or 6000

local function numbers(from, to)
  return coroutine.wrap(function()
    for i = from, to do
      coroutine.yield(i)
    end
  end)
end

local function where(wanted, source)
  return coroutine.wrap(function()
    for value in source do
      if wanted(value) then
        coroutine.yield(value)
      end
    end
  end)
end

local function select_from(f, source)
  return coroutine.wrap(function()
    for value in source do
      coroutine.yield(f(value))
    end
  end)
end

local function permute(list, n)
  if n <= 1 then
    coroutine.yield(list)
    return
  end
  for i = 1, n do
    list[i], list[n] = list[n], list[i]
    permute(list, n - 1)
    list[i], list[n] = list[n], list[i]
  end
end

local function insert(tree, value)
  if not tree then
    return { value = value }
  elseif value < tree.value then
    tree.left = insert(tree.left, value)
  else
    tree.right = insert(tree.right, value)
  end
  return tree
end

local function walk(tree)
  if tree then
    walk(tree.left)
    coroutine.yield(tree.value)
    walk(tree.right)
  end
end

local function take_turns(workers)
  local log = 0
  while #workers > 0 do
    for i = #workers, 1, -1 do
      local ok, said = coroutine.resume(workers[i], i)
      assert(ok, said)
      if coroutine.status(workers[i]) == "dead" then
        table.remove(workers, i)
      else
        log = (log * 31 + said) % 65521
      end
    end
  end
  return log
end

return function()
  local sum = 0
  local odd = where(function(n) return n % 2 == 1 end, numbers(1, count))
  for square in select_from(function(n) return n * n % 1000 end, odd) do
    sum = sum + square
  end
  local list, orders = { 1, 2, 3, 4, 5, 6, 7 }, 0
  for order in coroutine.wrap(function() permute(list, #list) end) do
    orders = orders + order[1] * order[7]
  end
  local tree, seed = nil, 42
  for _ = 1, count // 4 do
    seed = (seed * 3877 + 29573) % 139968
    tree = insert(tree, seed)
  end
  local last, steps = -1, 0
  for value in coroutine.wrap(function() walk(tree) end) do
    assert(value >= last, "out of order")
    last, steps = value, steps + 1
  end
  local workers = {}
  for i = 1, 20 do
    workers[i] = coroutine.create(function(turn)
      for step = 1, count // 100 + i do
        turn = coroutine.yield(step * turn % 100)
      end
    end)
  end
  return table.concat({ sum, orders, steps, last, take_turns(workers) }, " ")
end
