/** Each thing that the libraries do, stopped at random moments in every way: nothing of it stays. */

import { CancelledError, LimitError, type RunLimits, type Runner } from 'pubwiki-lua'
import library from '../../stops/library.lua'
import prelude from '../../stops/prelude.lua'
import { describe, expect, it } from '../harness/index.js'
import { failureOf } from '../support/failure-of.js'
import { random } from '../support/mutate.js'
import { rounds } from '../support/rounds.js'
import { startTesting } from '../support/testing-package.js'
import { MIB, workerMemory } from '../support/worker-memory.js'

const main = { scriptId: 'main' }
/** All but what ends its run by itself. */
const scripts = library.split('\n').filter(line => line !== '' && !line.startsWith('--') && !line.includes('os.exit'))

/** Small, so that the most that a run holds is soon seen. */
const MEMORY = 8 * MIB

/** A run that happens to need more than any before makes memory grow once, a leak does again and again. */
const PARTS = 3

/** Takes it in few large pieces, as the largest of the scripts do. */
const FULL = 'local s = "x" while true do s = s .. s end'

let next = random(20)
const below = (limit: number) => Math.floor(next() * limit)
/** Up to so many milliseconds, most often few. */
const moment = (most: number) => 1 + Math.floor(most * next() * next())

/** Ways to stop a run. What goes on past a limit of memory or output is ended by its time. */
const ways: Array<() => RunLimits & { cancelled?: true }> = [
  () => ({ timeoutMs: moment(30) }),
  () => ({ cpuMs: moment(30) }),
  () => ({ memoryBytes: 40_000 + below(2 * MIB), timeoutMs: 50 }),
  () => ({ outputBytes: below(100_000), timeoutMs: 50 }),
  () => ({ cancelled: true }),
]

async function withPage(): Promise<Runner> {
  const runner = await startTesting()
  runner.registerFunction('echo', value => value)
  runner.registerFunction('fails', () => Promise.reject(new Error('as the test asked')))
  return runner
}

/** Who prints without end may reach that limit first. */
function isStop(failure: Error): boolean {
  return failure instanceof CancelledError || failure instanceof LimitError
}

function endless(runner: Runner, script: string, limits: RunLimits) {
  const code = `${prelude} while true do (function() ${script} end)() end`
  return runner.run(code, { ...main, limits: { memoryBytes: MEMORY, ...limits } })
}

async function stop(runner: Runner, script: string): Promise<void> {
  const { cancelled, ...limits } = ways[below(ways.length)]?.() ?? {}
  const run = endless(runner, script, limits)
  if (cancelled) setTimeout(() => run.cancel(), moment(30))
  const failure = await failureOf(run)
  if (!isStop(failure)) throw new Error(`${script}: ${failure}`)
}

describe('runs that are stopped anywhere', () => {
  it(`leave nothing behind: ${PARTS} times ${200 * rounds} of them`, async () => {
    const runner = await withPage()
    // One that holds all that a run may: where the others are stopped, and so what they reach, is chance.
    const failure = await failureOf(endless(runner, FULL, {}))
    expect(failure).toMatchObject({ limit: 'memoryBytes' })
    for (let round = 0; round < 2; round++) for (const script of scripts) await stop(runner, script)
    const memory = [await workerMemory(runner)]
    for (let part = 1; part <= PARTS; part++) {
      // The same again.
      next = random(21)
      for (let run = 0; run < 200 * rounds; run++) await stop(runner, scripts[run % scripts.length] ?? '')
      memory.push(await workerMemory(runner))
    }
    console.info(
      `wasm memory before, and after each ${200 * rounds} stopped runs: ${memory.map(bytes => bytes / MIB).join(', ')} MiB`,
    )

    const grown = memory.slice(1).map((after, part) => after - (memory[part] ?? 0))
    expect(Math.min(...grown)).toBeLessThan(MIB)
    expect((await runner.run('return 1', main)).values).toEqual([1])
  })

  it(`leave others as they were, many at once: ${5 * rounds} times ${scripts.length}`, async () => {
    const runner = await withPage()
    for (let round = 0; round < 5 * rounds; round++) await Promise.all(scripts.map(script => stop(runner, script)))

    expect((await runner.run('return 1', main)).values).toEqual([1])
  })

  it(`settle when their runner is closed: ${2 * rounds} times`, async () => {
    for (let round = 0; round < 2 * rounds; round++) {
      const runner = await withPage()
      const runs = Promise.all(scripts.map(script => failureOf(endless(runner, script, {}))))
      await new Promise(resolve => setTimeout(resolve, moment(100)))
      await runner.close()

      for (const failure of await runs) expect([failure, isStop(failure)]).toEqual([failure, true])
    }
  })
})
