/** Whatever guard fails, and however often, what is compiled does the same: here each seventh does. */

import type { Runner } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { untilCompiling } from '../support/compiling.js'
import { output, scripts } from '../support/language.js'
import { outcome } from '../support/outcome.js'
import { randomProgram } from '../support/random-program.js'
import { startTesting } from '../support/testing-package.js'

/** A runner whose compiled functions are so. */
async function startFailing(): Promise<Runner> {
  const runner = await startTesting({ compile: { threshold: 1, watched: 20 } })
  await runner.run('__test.fail_guards()', { scriptId: 'main' })
  await untilCompiling(runner)
  return runner
}

describe('guards that fail change nothing', () => {
  for (const [name, code] of scripts) {
    // It takes the function that asks for this for one that gets out.
    if (name === 'sandbox.lua') continue
    it(name, async () => {
      const runner = await startFailing()
      const run = await runner.run(code, { scriptId: 'main', name })

      expect(run.output).toBe(output.get(name) ?? '')
      if (name.startsWith('hot-')) expect(run.stats.compiledFunctions).toBeGreaterThan(10)
    })
  }

  it('in random programs', async () => {
    const [interpreting, failing] = await Promise.all([start({ compile: false }), startFailing()])
    for (let seed = 1000; seed < 1012; seed++) {
      const code = randomProgram(seed)
      const expected = await outcome(interpreting, code)
      const got = await outcome(failing, code)
      if (got !== expected) throw new Error(`the program of seed ${seed} differs:\n${code}\n${expected}\n${got}`)
    }
  })
})
