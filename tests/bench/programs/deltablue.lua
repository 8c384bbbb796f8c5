-- Constraints between variables, solved step by step: classes that inherit, lists, much dispatch.
local length = ... or 400

local REQUIRED, STRONG_PREFERRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAKEST = 0, 1, 2, 3, 4, 5

local function class(base)
  local new = setmetatable({}, { __index = base })
  new.__index = new
  return new
end

local Variable = class()

function Variable.new(value)
  local variable = { value = value, constraints = {}, mark = 0, strength = WEAKEST, stay = true }
  return setmetatable(variable, Variable)
end

function Variable:remove(constraint)
  for i, other in ipairs(self.constraints) do
    if other == constraint then
      table.remove(self.constraints, i)
      break
    end
  end
  if self.determined_by == constraint then
    self.determined_by = nil
  end
end

local Constraint = class()

function Constraint:add(planner)
  for _, variable in ipairs(self.variables) do
    table.insert(variable.constraints, self)
  end
  self.output = nil
  planner:incremental_add(self)
end

function Constraint:destroy(planner)
  if self.output then
    planner:incremental_remove(self)
  else
    self:disconnect()
  end
end

function Constraint:disconnect()
  for _, variable in ipairs(self.variables) do
    variable:remove(self)
  end
end

-- Satisfies it if it can be; gives the constraint that it overrides.
function Constraint:satisfy(mark, planner)
  self:choose(mark)
  if not self.output then
    assert(self.strength ~= REQUIRED, "a required constraint cannot be satisfied")
    return nil
  end
  for _, variable in ipairs(self.variables) do
    if variable ~= self.output then
      variable.mark = mark
    end
  end
  local overridden = self.output.determined_by
  if overridden then
    overridden.output = nil
  end
  self.output.determined_by = self
  assert(planner:add_propagate(self, mark), "a cycle of constraints")
  self.output.mark = mark
  return overridden
end

function Constraint:inputs_known(mark)
  for _, variable in ipairs(self.variables) do
    if variable ~= self.output and not (variable.mark == mark or variable.stay or not variable.determined_by) then
      return false
    end
  end
  return true
end

function Constraint:recalculate()
  local weakest, stay = self.strength, not self.is_input
  for _, variable in ipairs(self.variables) do
    if variable ~= self.output then
      weakest = math.max(weakest, variable.strength)
      stay = stay and variable.stay
    end
  end
  self.output.strength, self.output.stay = weakest, stay
  if stay then
    self:execute()
  end
end

local Unary = class(Constraint)

function Unary:choose(mark)
  local variable = self.variables[1]
  self.output = variable.mark ~= mark and self.strength < variable.strength and variable or nil
end

function Unary:execute() end

local function unary(planner, variable, strength, is_input)
  local constraint = setmetatable({ variables = { variable }, strength = strength, is_input = is_input }, Unary)
  constraint:add(planner)
  return constraint
end

local Binary = class(Constraint)

function Binary:choose(mark)
  local a, b = self.variables[1], self.variables[2]
  self.output = nil
  if a.mark == mark then
    self.output = b.mark ~= mark and self.strength < b.strength and b or nil
  elseif b.mark == mark then
    self.output = self.strength < a.strength and a or nil
  elseif a.strength > b.strength then
    self.output = self.strength < a.strength and a or nil
  else
    self.output = self.strength < b.strength and b or nil
  end
end

local Equality = class(Binary)

function Equality:execute()
  local a, b = self.variables[1], self.variables[2]
  if self.output == b then
    b.value = a.value
  else
    a.value = b.value
  end
end

local Scale = class(Binary)

function Scale:execute()
  local from, to, factor, offset = self.variables[1], self.variables[2], self.variables[3], self.variables[4]
  if self.output == to then
    to.value = from.value * factor.value + offset.value
  else
    from.value = (to.value - offset.value) // factor.value
  end
end

local function equal(planner, a, b)
  setmetatable({ variables = { a, b }, strength = REQUIRED }, Equality):add(planner)
end

local function scale(planner, from, factor, offset, to)
  setmetatable({ variables = { from, to, factor, offset }, strength = REQUIRED }, Scale):add(planner)
end

local Planner = class()

function Planner.new()
  return setmetatable({ mark = 0 }, Planner)
end

function Planner:next_mark()
  self.mark = self.mark + 1
  return self.mark
end

function Planner:incremental_add(constraint)
  local mark = self:next_mark()
  local overridden = constraint:satisfy(mark, self)
  while overridden do
    overridden = overridden:satisfy(mark, self)
  end
end

function Planner:incremental_remove(constraint)
  local output = constraint.output
  constraint.output = nil
  constraint:disconnect()
  local unsatisfied = self:remove_propagate_from(output)
  for strength = REQUIRED, WEAKEST do
    for _, other in ipairs(unsatisfied) do
      if other.strength == strength then
        self:incremental_add(other)
      end
    end
  end
end

local function add_consumers(variable, list)
  for _, constraint in ipairs(variable.constraints) do
    if constraint ~= variable.determined_by and constraint.output then
      list[#list + 1] = constraint
    end
  end
end

function Planner:add_propagate(constraint, mark)
  local todo = { constraint }
  while #todo > 0 do
    local next = table.remove(todo)
    if next.output.mark == mark then
      return false
    end
    next:recalculate()
    add_consumers(next.output, todo)
  end
  return true
end

function Planner:remove_propagate_from(out)
  out.determined_by, out.strength, out.stay = nil, WEAKEST, true
  local unsatisfied, todo = {}, { out }
  while #todo > 0 do
    local variable = table.remove(todo)
    for _, constraint in ipairs(variable.constraints) do
      if not constraint.output then
        unsatisfied[#unsatisfied + 1] = constraint
      elseif constraint ~= variable.determined_by then
        constraint:recalculate()
        todo[#todo + 1] = constraint.output
      end
    end
  end
  return unsatisfied
end

function Planner:plan(sources)
  local mark, plan, todo = self:next_mark(), {}, {}
  for _, constraint in ipairs(sources) do
    if constraint.is_input and constraint.output then
      todo[#todo + 1] = constraint
    end
  end
  while #todo > 0 do
    local constraint = table.remove(todo)
    if constraint.output.mark ~= mark and constraint:inputs_known(mark) then
      plan[#plan + 1] = constraint
      constraint.output.mark = mark
      add_consumers(constraint.output, todo)
    end
  end
  return plan
end

local function change(planner, variable, value)
  local edit = unary(planner, variable, PREFERRED, true)
  local plan = planner:plan { edit }
  for _ = 1, 10 do
    variable.value = value
    for _, constraint in ipairs(plan) do
      constraint:execute()
    end
  end
  edit:destroy(planner)
end

-- A chain of equalities, whose first variable is edited.
local function chain()
  local planner, variables = Planner.new(), {}
  for i = 1, length + 1 do
    variables[i] = Variable.new(0)
    if i > 1 then
      equal(planner, variables[i - 1], variables[i])
    end
  end
  unary(planner, variables[#variables], STRONG_DEFAULT)
  local edit = unary(planner, variables[1], STRONG_PREFERRED, true)
  local plan, sum = planner:plan { edit }, 0
  for value = 1, 20 do
    variables[1].value = value
    for _, constraint in ipairs(plan) do
      constraint:execute()
    end
    assert(variables[#variables].value == value, "the chain does not carry the value")
    sum = sum + variables[#variables].value
  end
  edit:destroy(planner)
  return sum
end

-- Many values that are scaled by common ones, edited on all sides.
local function projection()
  local planner = Planner.new()
  local factor, offset = Variable.new(10), Variable.new(1000)
  local sources, results = {}, {}
  for i = 1, length do
    sources[i], results[i] = Variable.new(i), Variable.new(i)
    unary(planner, sources[i], NORMAL)
    scale(planner, sources[i], factor, offset, results[i])
  end
  local sum = 0
  change(planner, sources[1], 17)
  sum = sum + results[1].value
  change(planner, results[1], 1050)
  sum = sum + sources[1].value
  change(planner, factor, 5)
  for i = 1, length - 1 do
    sum = sum + results[i].value
  end
  change(planner, offset, 2000)
  for i = 1, length - 1 do
    sum = sum + results[i].value
  end
  return sum
end

return function()
  return chain() .. " " .. projection()
end
