/** The language is the same in compiled functions: the scripts of `tests/lua`, compiled as early as can be, and later. */

import { describe, expect, it } from '../harness/index.js'
import { startCompiling } from '../support/compiling.js'
import { output, scripts } from '../support/language.js'

const heats = [
  { threshold: 1, watched: 1 },
  { threshold: 1, watched: 30 },
  { threshold: 3, watched: 100 },
]

/** A module for each function that is called at all: on a busy machine that takes long. */
const LONGEST_MS = 100_000
const limits = { cpuMs: LONGEST_MS, timeoutMs: LONGEST_MS }

for (const heat of heats) {
  describe(`the language is compiled to the same, after ${heat.threshold} calls and ${heat.watched} instructions`, function () {
    this.timeout(LONGEST_MS)
    for (const [name, code] of scripts) {
      it(name, async () => {
        const runner = await startCompiling(heat)
        const run = await runner.run(code, { scriptId: 'main', name, limits })

        expect(run.output).toBe(output.get(name) ?? '')
        if (name.startsWith('hot-')) expect(run.stats.compiledFunctions).toBeGreaterThan(10)
      })
    }
  })
}
