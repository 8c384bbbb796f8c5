/** Random programs say the same whether their functions are compiled, however early, or interpreted. */

import type { Runner } from 'pubwiki-lua'
import { expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { startCompiling } from '../support/compiling.js'
import { outcome } from '../support/outcome.js'
import { randomProgram } from '../support/random-program.js'
import { reducedProgram } from '../support/reduced-program.js'
import { rounds } from '../support/rounds.js'

/** Programs a round. A session compiles a bounded number of functions, so each round has runners of its own. */
const PROGRAMS = 48
/** How often it is told how far it is, in rounds. */
const TOLD = 25

const HEATS = [
  { threshold: 1, watched: 1 },
  { threshold: 2, watched: 40 },
  { threshold: 9, watched: 300 },
]

/** Each build has programs of its own. */
const seedOf = (number: number) => 2 * number + (artifact === 'portable' ? 1 : 0)

it('random programs say the same, compiled and interpreted', async () => {
  let compiled = 0
  for (let round = 0; round < rounds; round++) {
    const interpreting = await start({ compile: false })
    const compiling = await Promise.all(HEATS.map(startCompiling))
    for (let n = 0; n < PROGRAMS; n++) {
      const seed = seedOf(round * PROGRAMS + n)
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
    const { stats } = await (compiling[0] as Runner).run(randomProgram(seedOf(round * PROGRAMS)), { scriptId: 'main' })
    compiled += stats.compiledFunctions
    await Promise.all([interpreting, ...compiling].map(runner => runner.close()))
    if ((round + 1) % TOLD === 0) console.info(`${(round + 1) * PROGRAMS} programs without a difference`)
  }
  expect(compiled).toBeGreaterThan(5 * rounds)
})
