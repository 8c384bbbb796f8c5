/** A run that lives alongside others, does a little again and again, and tells the page of each time. */

import type { Runner } from 'pubwiki-lua'

const CODE = `
local sum, turns = 0, 0
repeat
  for i = 1, 1000 do sum = sum + i end
  turns = turns + 1
  State.set("script.benign.turns", turns)
  sleep(2)
until not host.turn(State.get("script.benign.turns"))
return turns, sum`

/** How it fared. */
export interface Fared {
  /** What is wrong with what it gave, if anything. */
  harm: string | undefined
  /** The longest that it was without a turn, in milliseconds. */
  delay: number
}

/** Starts it; it has had turns when the promise completes. What that gives ends it. */
export async function benign(runner: Runner): Promise<() => Promise<Fared>> {
  let goesOn = true
  let turns = 0
  let delay = 0
  let last = performance.now()
  const begun = Promise.withResolvers<void>()
  runner.registerFunction('turn', told => {
    const now = performance.now()
    turns += 1
    if (told !== turns) throw new Error(`turn ${turns} is told as ${String(told)}`)
    if (turns > FIRST) delay = Math.max(delay, now - last)
    if (turns === FIRST) begun.resolve()
    last = now
    return goesOn
  })
  const run = runner.run(CODE, { scriptId: 'benign', limits: { timeoutMs: Infinity, cpuMs: Infinity } })
  const ended = run.then(
    ({ values }) =>
      values[0] === turns && values[1] === turns * 500500
        ? undefined
        : `it gave ${JSON.stringify(values)} after ${turns} turns`,
    (error: unknown) => String(error),
  )
  await Promise.race([begun.promise, ended])
  return async () => {
    goesOn = false
    return { harm: await ended, delay }
  }
}

/** What it does for the first times is not measured. */
const FIRST = 3
