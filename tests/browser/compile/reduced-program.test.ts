/** What the test of random programs tells of one that differs. */

import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { outcome } from '../support/outcome.js'
import { randomProgram } from '../support/random-program.js'
import { reducedProgram } from '../support/reduced-program.js'

describe('a program that fails', () => {
  it('is reduced to what it fails by', async () => {
    const code = randomProgram(3).replace('note(a) note(b)', 'note(a) if b == 2 then error({}) end note(b)')
    let attempts = 0
    const fails = async (attempt: string) => {
      attempts++
      return /if b == 2 then [^;]*error\(\{\}\)/.test(attempt)
    }
    expect(await reducedProgram(code, fails)).toBe('if b == 2 then error({})')
    expect(attempts).toBeLessThan(100 * code.length)
  })

  it('stays Lua where only Lua fails', async () => {
    const runner = await start({ compile: false })
    const whole = randomProgram(5)
    const code = `${whole.slice(0, whole.indexOf('local B'))}note(7) return table.concat(out, " ")`
    const fails = async (attempt: string) => (await outcome(runner, attempt)).includes('"7"')
    const reduced = await reducedProgram(code, fails)
    expect(await fails(reduced)).toBe(true)
    expect(reduced.length).toBeLessThan(code.length / 4)
  })
})
