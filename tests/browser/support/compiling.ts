/** Runners whose compiler of hot functions is there. */

import type { Runner, RunnerOptions } from 'pubwiki-lua'
import { start } from './artifact.js'

/** Hot by any heat that tests ask for; whatever is hot first wants the compiler, which has to come. */
const HOT = 'local x = 0 for i = 1, 2000 do x = x + i end sleep(5) return x'

/** Starts one that compiles by this heat. */
export async function startCompiling(compile: RunnerOptions['compile']): Promise<Runner> {
  const runner = await start({ compile })
  await untilCompiling(runner)
  return runner
}

/** Waits until it does, or the test's time is over and the runner is closed. */
export async function untilCompiling(runner: Runner): Promise<void> {
  let compiled = 0
  while (compiled === 0) compiled = (await runner.run(HOT, { scriptId: 'main' })).stats.compiledFunctions
}
