/** What the playground offers to begin with: a name and its source. */

/** @type {ReadonlyArray<readonly [name: string, source: string]>} */
export const examples = [
  [
    'State that lasts',
    `-- Run it twice: what it stores is still there, even after a reload.
local visits = State.get("script.main.visits", 0) + 1
State.set("script.main.visits", visits)

print("visits: " .. visits)
for _, key in ipairs(State.list("script.main.")) do
  print(key .. " = " .. json.encode(State.get(key)))
end

return visits
`,
  ],
  [
    'Streaming output',
    `-- Output arrives while the script runs. Cancel ends it at any moment.
for i = 1, 20 do
  io.write(("%2d "):format(i), ("#"):rep(i), "\\n")
  sleep(150)
end
`,
  ],
  [
    'Calling the page',
    `-- The page has registered two functions. A script waits for their promises.
print(host.userAgent())

local answer = host.ask("What is your name?")
print("hello, " .. (answer or "nobody"))
`,
  ],
  [
    'An error with its traceback',
    `local function inner(depth)
  if depth == 0 then
    error({ code = "NO_CAKE", wanted = { "cake", "tea" } })
  end
  inner(depth - 1)
end

print("about to fail")
inner(3)
`,
  ],
  [
    'An endless loop',
    `-- It cannot freeze this page, and pcall cannot save it from Cancel or from its time limit.
print("round and round")
while true do
  pcall(function()
    while true do end
  end)
end
`,
  ],
]
