/**
 * The hostile scripts one after the other in one worker, with a benign run alongside each: it has its turns and
 * its own, the worker is not replaced, and its memory does not grow.
 */

import { createRunner, MemoryBackend, type Runner } from 'pubwiki-lua'
import { afterAll, beforeAll, describe, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'
import { benign } from '../support/benign.js'
import { type HostileCase, hostileCases } from '../support/hostile-files.js'
import { rounds } from '../support/rounds.js'
import { testingWorkerUrl } from '../support/testing-package.js'
import { MIB, workerMemory } from '../support/worker-memory.js'

const main = { scriptId: 'main' }

/** Ten times the 100 ms that are the aim, for a busy machine. */
const SOON_MS = 1_000
/** How long the portable artifact lets Lua code compute that cannot be left, which no step takes either. */
const HELD_MS = 1_000
/** What a whole round of them may leave. */
const GROWTH = 4 * MIB

/** The longest delay alongside each script, by its name. */
const delays = new Map<string, number>()
let harmed = 0
let runner: Runner

beforeAll(async () => {
  runner = await createRunner({ backend: new MemoryBackend(), artifact, workerUrl: testingWorkerUrl })
  runner.registerFunction('echo', value => value)
  runner.registerFunction('probe', () => 'clean')
  runner.registerFunction('fail', () => {
    throw new RangeError('no fail')
  })
})

afterAll(async () => {
  await runner.close()
  const slowest = [...delays].sort(([, a], [, b]) => b - a)
  const over = (ms: number) => slowest.filter(([, delay]) => delay > ms).length
  console.info(
    `${hostileCases.length} scripts, ${harmed} benign runs harmed, ${over(100)} delayed over 100 ms, ${over(700)} over 700 ms`,
  )
  for (const [name, delay] of slowest.slice(0, 40))
    if (delay > 50) console.info(`${delay.toFixed(0)} ms alongside ${name}`)
})

/** Runs a hostile script alongside a benign one, and gives what is wrong then; how it ends is another test's. */
async function beside(each: HostileCase): Promise<string[]> {
  const name = `${each.file}: ${each.tries}`
  const end = await benign(runner)
  await Promise.allSettled([runner.run(each.code, { ...main, limits: each.limits })])
  const { harm, delay } = await end()
  runner.state.unregisterScript('main')
  await runner.state.clear()
  delays.set(name, Math.max(delays.get(name) ?? 0, delay))
  const wrong = []
  if (harm !== undefined) {
    harmed += 1
    wrong.push(`${name}: ${harm}`)
  }
  const held = each.holds === 'portable' && artifact === 'portable'
  const most = held ? HELD_MS + SOON_MS : SOON_MS
  if (delay > most) wrong.push(`${name}: ${delay.toFixed(0)} ms without a turn`)
  return wrong
}

describe('alongside hostile scripts in one worker', () => {
  let before: number

  // The first makes the worker as large as it gets.
  for (let round = 0; round < Math.max(2, rounds); round++) {
    for (const file of new Set(hostileCases.map(each => each.file))) {
      it(`a benign run has its turns and its own: ${file}, round ${round}`, async () => {
        const wrong: string[] = []
        for (const each of hostileCases) if (each.file === file) wrong.push(...(await beside(each)))

        expect(wrong).toEqual([])
      })
    }

    it(`the worker's memory does not grow: round ${round}`, async () => {
      const memory = await workerMemory(runner)
      console.info(`round ${round}: the worker's memory has ${memory / MIB} MiB`)
      if (round === 0) before = memory

      expect(memory - before).toBeLessThan(GROWTH)
    })
  }
})
