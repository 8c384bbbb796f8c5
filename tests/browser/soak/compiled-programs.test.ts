/** Random programs say the same whether their functions are compiled, however early, or interpreted. */

import type { Runner } from 'pubwiki-lua'
import { expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { startCompiling } from '../support/compiling.js'
import { outcome } from '../support/outcome.js'
import { randomProgram } from '../support/random-program.js'
import { reducedProgram } from '../support/reduced-program.js'
import { rounds } from '../support/rounds.js'

/** Programs a round, half a minute of them. A session compiles a bounded number of functions, so each few have runners of their own. */
const BATCHES = 4
const PROGRAMS = 48
/** How often it is told how far it is, in batches. */
const TOLD = 20

const HEATS = [
  { threshold: 1, watched: 1 },
  { threshold: 2, watched: 40 },
  { threshold: 9, watched: 300 },
]

/** Each build has programs of its own. */
const seedOf = (number: number) => 2 * number + (artifact === 'portable' ? 1 : 0)

/** The smallest part of a program that still gives something else where compiled; what fails in itself is none, nor is an address. */
async function reduced(code: string, heat: (typeof HEATS)[number], interpreting: Runner): Promise<string> {
  const without = (said: string) => said.replaceAll(/0x[0-9a-f]+/g, '')
  let compiling = await startCompiling(heat)
  let attempts = 0
  return reducedProgram(code, async code => {
    const expected = await outcome(interpreting, code)
    if (!expected.startsWith('[')) return false
    if (++attempts % PROGRAMS === 0) {
      await compiling.close()
      compiling = await startCompiling(heat)
    }
    return without(await outcome(compiling, code)) !== without(expected)
  })
}

it('random programs say the same, compiled and interpreted', async () => {
  let compiled = 0
  for (let batch = 0; batch < BATCHES * rounds; batch++) {
    const interpreting = await start({ compile: false })
    const compiling = await Promise.all(HEATS.map(startCompiling))
    for (let n = 0; n < PROGRAMS; n++) {
      const seed = seedOf(batch * PROGRAMS + n)
      const code = randomProgram(seed)
      const expected = await outcome(interpreting, code)
      for (const [number, heat] of HEATS.entries()) {
        const got = await outcome(compiling[number] as Runner, code)
        if (got !== expected) {
          throw new Error(
            `the program of seed ${seed} differs where compiled by ${JSON.stringify(heat)}:\n${code}\n${expected}\n${got}\nReduced:\n${await reduced(code, heat, interpreting)}`,
          )
        }
      }
    }
    const { stats } = await (compiling[0] as Runner).run(randomProgram(seedOf(batch * PROGRAMS)), { scriptId: 'main' })
    compiled += stats.compiledFunctions
    await Promise.all([interpreting, ...compiling].map(runner => runner.close()))
    if ((batch + 1) % TOLD === 0) console.info(`${(batch + 1) * PROGRAMS} programs without a difference`)
  }
  expect(compiled).toBeGreaterThan(5 * BATCHES * rounds)
})
