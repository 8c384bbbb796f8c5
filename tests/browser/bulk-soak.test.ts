/** Many records at once: nobody else waits for them. Ten rounds are a million records. */

import { IndexedDBBackend, LimitError, OpfsBackend, type Runner, type StorageBackend } from 'pubwiki-lua'
import { afterEach, describe, expect, it } from 'vitest'
import { start } from './support/artifact.js'
import { beside, told, type Beside } from './support/beside.js'
import { failureOf } from './support/failure-of.js'
import { rounds } from './support/rounds.js'

const RECORDS = 100_000 * rounds
/** Ten times what is promised, in milliseconds: the machine may be busy. */
const RUN_MS = 1_000
const TASK_MS = 500
const LIMITS = { timeoutMs: 200_000 * rounds, cpuMs: 100_000 * rounds, memoryBytes: 1 << 30 }

const backends: Array<[name: string, make: () => StorageBackend]> = [
  ['IndexedDB', () => new IndexedDBBackend({ database: 'bulk' })],
  ['OPFS', () => new OpfsBackend({ folder: 'bulk' })],
]

function expectServed(what: string, measured: Beside<unknown>): void {
  told(what, measured)
  expect(measured.slowestRun).toBeLessThan(RUN_MS)
  expect(measured.longestTask).toBeLessThan(TASK_MS)
}

const run = (runner: Runner, code: string) => runner.run(code, { scriptId: 'many', limits: LIMITS })

for (const [name, make] of backends) {
  describe(`${RECORDS} records on ${name}`, () => {
    let runner: Runner

    afterEach(async () => {
      await runner.state.clear()
    })

    it('are written and deleted by a run, and are there again, while others run', async () => {
      runner = await start({ backend: make() })
      const written = await beside(runner, () => run(runner, `for i = 1, ${RECORDS} do State.set("script.many.k" .. i, i) end`))
      expectServed(`written to ${name}`, written)
      await runner.close()
      runner = await start({ backend: make() })
      expect(await runner.state.get('many', `script.many.k${RECORDS}`)).toBe(RECORDS)
      const deleted = await beside(runner, () => run(runner, `for i = 1, ${RECORDS} do State.delete("script.many.k" .. i) end`))
      expectServed(`deleted from ${name}`, deleted)
      expect(await runner.state.list('many', '')).toEqual([])
    })

    it('are written after their run was ended by its limit', async () => {
      runner = await start({ backend: make() })
      const endless = `local i = 0 while true do i = i + 1 State.set("script.many.k" .. (i % ${RECORDS}), i) end`
      const limits = { ...LIMITS, timeoutMs: 5_000 }
      const written = await beside(runner, async () => {
        expect(await failureOf(runner.run(endless, { scriptId: 'many', limits }))).toBeInstanceOf(LimitError)
        await runner.state.flush()
      })
      expectServed(`written to ${name} for a run that was ended`, written)
    })

    it('expire and are removed while others run', async () => {
      runner = await start({ backend: make() })
      const removed = await beside(runner, async () => {
        await run(runner, `for i = 1, ${RECORDS} do State.set("script.many.k" .. i, i, { ttl = 1 }) end`)
        await runner.state.cleanupExpired()
      })
      expectServed(`written to ${name}, and removed as expired`, removed)
      expect(await runner.state.records()).toEqual([])
    })
  })
}
