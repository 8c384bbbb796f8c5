/** Random programs say the same whether their functions are compiled, however early, or interpreted. */

import type { Runner } from 'pubwiki-lua'
import { expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { startCompiling } from '../support/compiling.js'
import { outcome } from '../support/outcome.js'
import { randomProgram } from '../support/random-program.js'
import { reducedProgram } from '../support/reduced-program.js'
import { rounds } from '../support/rounds.js'

/** Programs a round; a session compiles a bounded number of functions, so each few have runners of their own. */
const BATCHES = 4
const PROGRAMS = 12

const HEATS = [
  { threshold: 1, watched: 1 },
  { threshold: 2, watched: 40 },
  { threshold: 9, watched: 300 },
]

it('random programs say the same, compiled and interpreted', async () => {
  let compiled = 0
  for (let batch = 0; batch < BATCHES * rounds; batch++) {
    const interpreting = await start({ compile: false })
    const compiling = await Promise.all(HEATS.map(startCompiling))
    for (let n = 0; n < PROGRAMS; n++) {
      const seed = batch * PROGRAMS + n
      const code = randomProgram(seed)
      const expected = await outcome(interpreting, code)
      for (const [number, runner] of compiling.entries()) {
        const got = await outcome(runner, code)
        if (got !== expected) {
          const differs = async (code: string) => (await outcome(interpreting, code)) !== (await outcome(runner, code))
          const reduced = await reducedProgram(code, differs)
          throw new Error(
            `the program of seed ${seed} differs where compiled by ${JSON.stringify(HEATS[number])}:\n${code}\n${expected}\n${got}\nReduced:\n${reduced}`,
          )
        }
      }
    }
    const { stats } = await (compiling[0] as Runner).run(randomProgram(batch * PROGRAMS), { scriptId: 'main' })
    compiled += stats.compiledFunctions
    await Promise.all([interpreting, ...compiling].map(runner => runner.close()))
  }
  expect(compiled).toBeGreaterThan(5 * BATCHES * rounds)
})
