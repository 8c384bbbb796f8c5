/** Random Lua programs: each ends, computes what it can in every way, and returns all that it saw. */

/** A program for a seed. */
export function randomProgram(seed: number): string {
  let state = (seed * 2_654_435_761 + 1) >>> 0
  const below = (count: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % count
  }
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  let names = ['a', 'b', 'c']
  let made = 0
  const fresh = (letter: string) => `${letter}${made++}`
  const assigned = () => names.filter(name => !name.startsWith('i'))
  const tables = ['t', 'u']
  const fields = ['x', 'y', 'z']

  const number = () =>
    pick(['0', '1', '2', '-1', '3', '7', '0.5', '2.0', '-1.5', '10', '1e15', '100', '(1 << 62)', '0x7fffffff'])
  const literal = () =>
    pick([number(), '"5"', 'nil', 'true', 'false', '"x"', 'math.maxinteger', 'math.mininteger', '{ 1 }'])

  function expression(depth: number): string {
    if (depth <= 0) return below(3) ? pick(names) : number()
    const inner = () => expression(depth - 1)
    const kinds = [
      () => `(${inner()} ${pick(['+', '-', '*'])} ${inner()})`,
      () => `(${inner()} ${pick(['+', '-', '*'])} ${inner()})`,
      () => `(${inner()} ${pick(['/', '%', '//', '^'])} ${number()})`,
      () => `(int(${inner()}) ${pick(['&', '|', '~', '<<', '>>'])} int(${inner()}))`,
      () => `(int(${inner()}) ${pick(['%', '//'])} (int(${inner()}) | 1))`,
      () => `num(${pick(tables)}[${inner()}])`,
      () => `num(${pick(tables)}.${pick(fields)})`,
      () => `f(${inner()}, ${inner()})`,
      () => `(f(${inner()}))`,
      () => `(- ${inner()})`,
      () => `(~int(${inner()}))`,
      () => `(${condition(depth - 1)} and ${inner()} or ${inner()})`,
      () => {
        const table = pick(tables)
        return `sure(#${table}, ${table})`
      },
      () => `#(text(${inner()}) .. text(${inner()}))`,
      () => `math.floor(num(${inner()}) % 1000)`,
      () => `math.abs(num(${inner()}))`,
      () => `math.sqrt(math.abs(num(${inner()})) % 1000)`,
      () => `(text(${inner()}):byte(int(${inner()}) % 4) or 0)`,
      () => `select("#", several(${inner()}, ${inner()}))`,
      () => `(several(${inner()}, ${inner()}))`,
      () => `o:${pick(['inc', 'get', 'far'])}(${inner()})`,
    ]
    return pick(kinds)()
  }

  function condition(depth: number): string {
    const value = () => expression(depth)
    const kinds = [
      () => `${value()} < ${value()}`,
      () => `${value()} == ${value()}`,
      () => `${value()} <= ${number()}`,
      () => `${value()} >= ${number()}`,
      () => `not (${condition(Math.max(0, depth - 1))})`,
      () => `${pick(tables)}.${pick([...fields, 'w'])}`,
      () => `${value()} ~= ${number()}`,
      () => `text(${value()}) < text(${value()})`,
    ]
    return pick(kinds)()
  }

  /** Statements; the names that they declare end with them. */
  function block(depth: number): string {
    const outer = names
    names = [...names]
    const count = 1 + below(4)
    const statements = Array.from({ length: count }, () => statement(depth))
    names = outer
    return statements.join(' ')
  }

  function loop(before: string, body: () => string): string {
    const leave = below(4) ? '' : `if ${condition(1)} then break end`
    return `${before} ${body()} ${leave} end`
  }

  function statement(depth: number): string {
    const simple = [
      () => `${pick(assigned())} = ${expression(3)}`,
      () => `${pick(assigned())} = ${expression(3)}`,
      () => `${pick(assigned())}, ${pick(assigned())} = ${expression(2)}, ${expression(2)}`,
      () => {
        const name = fresh('v')
        const value = expression(2)
        names.push(name)
        return `local ${name} = ${value}`
      },
      () =>
        `${pick(tables)}[${pick(['1', '2', pick(names), `int(${expression(1)}) % 9`])} or 1] = ${below(5) ? expression(2) : literal()}`,
      () => `${pick(tables)}.${pick(fields)} = ${below(6) ? expression(2) : literal()}`,
      () => `o:${pick(['inc', 'get', 'far'])}(${expression(1)})`,
      () => `note(${expression(2)})`,
      () => `global = ${expression(2)} note(global)`,
    ]
    const nested = [
      () => {
        const name = fresh('i')
        const from = pick(['1', '0', '3', '1.0', '9', '-2'])
        const to = pick(['4', '6', '3.5', '9', '1'])
        const step = pick(['1', '1', '2', '-1', '0.5'])
        const outer = names
        const text = loop(`for ${name} = ${from}, ${to}, ${step} do`, () => {
          names = [...outer, name]
          return block(depth - 1)
        })
        names = outer
        return text
      },
      () => `if ${condition(2)} then ${block(depth - 1)} ${below(2) ? `else ${block(depth - 1)}` : ''} end`,
      () => {
        const name = fresh('n')
        return `local ${name} = 0 ${loop(`while ${name} < ${2 + below(4)} do ${name} = ${name} + 1`, () => block(depth - 1))}`
      },
      () => {
        const name = fresh('r')
        return `local ${name} = 0 repeat ${name} = ${name} + 1 ${block(depth - 1)} until ${name} >= ${1 + below(4)} or ${condition(1)}`
      },
      () => loop('for k, w in ipairs(t) do note(w)', () => `if ${condition(1)} then note(k) end`),
      // Each run has an order of its own.
      () => {
        const name = fresh('s')
        return `local ${name} = 0 for k, w in pairs(t) do ${name} = ${name} + #type(k) + int(w) end note(${name})`
      },
      () => loop(`for w in coroutine.wrap(function() for j = 1, 3 do coroutine.yield(j) end end) do`, () => 'note(w)'),
      () => {
        const name = fresh('g')
        const text = `local ${name} = function(q, ...) ${pick(assigned())} = q note(select("#", ...)) return ${expression(2)} end`
        return `${text} note(${name}(${expression(1)}, ${expression(1)}))`
      },
      () =>
        `do local ok, e = pcall(function() ${block(depth - 1)} if ${condition(1)} then error("e") end end) note(ok) end`,
      () => `do local last <close> = closing() ${block(depth - 1)} end`,
      () =>
        `do local ok = coroutine.wrap(function() return pcall(function() coroutine.yield() ${block(depth - 1)} end) end) ok() note(ok()) end`,
    ]
    return pick(depth > 0 && below(5) < 3 ? nested : simple)()
  }

  return `local out, count, closed = {}, 0, 0
local function num(x) if math.type(x) then return x end return 1 end
local function int(x) if math.type(x) == "integer" then return x end return 3 end
local function text(x) if type(x) == "string" or math.type(x) == "integer" then return tostring(x) end return "t" end
local function note(x)
  count = count + 1
  if count > 3000 then error("enough", 0) end
  if type(x) == "table" or type(x) == "function" then x = type(x) end
  out[#out + 1] = tostring(x)
end
-- Which of its borders the length of a table with holes is depends on where its keys lie, which is another place in each run.
local function sure(length, t)
  local border = 0
  while rawget(t, border + 1) ~= nil do border = border + 1 end
  for k in next, t do if math.type(k) == "integer" and k > border then return -1 end end
  return length
end
local function several(x, y) if y then return x, y, x end return x end
local function closing() return setmetatable({}, { __close = function(_, e) closed = closed + 1 note(type(e)) end }) end
local function f(x, y) if x == nil then return 0 end return num(x) + (y and num(y) or 1) end
local B = {} B.__index = B
function B:far(n) return num(self.n) - num(n) end
local C = setmetatable({}, B) C.__index = C
function C:inc(n) self.n = num(self.n) + num(n) return self.n end
function C:get(n) return self.n end
local o = setmetatable({ n = 0 }, C)
local function main(a, b, c)
  local t = { 1, 2, 3, x = 1, y = 2.5 }
  local u = setmetatable({ 4, 5.5 }, { __index = function(_, k) return 2 end, __lt = function() return true end })
  ${block(3)} ${block(3)} ${block(2)}
  note(a) note(b) note(c)
  for k = 1, 5 do note(t[k]) note(u[k]) end
  note(t.x) note(u.y)
  return a
end
for r = 1, 12 do
  local ok, e = pcall(main, r, r % 3 == 0 and r + 0.5 or r, r > 6 and 1.5 or 2)
  note(ok)
  if not ok then note(e) end
end
return table.concat(out, " "), count, closed, tostring(o.n), tostring(global)`
}
