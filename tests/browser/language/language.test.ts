/**
 * Lua 5.4.8 by its reference manual, in the browser: the same scripts that
 * `runtime/tests/sandbox/language.rs` runs natively, which says what they are held against.
 */

import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { output, scripts } from '../support/language.js'

describe('the language is that of the manual', () => {
  for (const [name, code] of scripts) {
    it(name, async () => {
      const runner = await start()
      const run = await runner.run(code, { scriptId: 'main', name })

      expect(run.output).toBe(output.get(name) ?? '')
    })
  }
})
