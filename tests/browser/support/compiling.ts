/** Runners whose compiler of hot functions is there. */

import type { Runner, RunnerOptions } from 'pubwiki-lua'
import { start } from './artifact.js'

/** Hot by any heat that tests ask for; whatever is hot first wants the compiler, which has to come. */
const HOT = 'local x = 0 for i = 1, 2000 do x = x + i end sleep(5) return x'

/** Starts one that compiles by this heat, and waits until it does. */
export async function startCompiling(compile: RunnerOptions['compile']): Promise<Runner> {
  const runner = await start({ compile })
  await untilCompiling(runner)
  return runner
}

/** Waits until it does. */
export async function untilCompiling(runner: Runner): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { stats } = await runner.run(HOT, { scriptId: 'main' })
    if (stats.compiledFunctions > 0) return
  }
  throw new Error('nothing was compiled in 200 runs')
}
