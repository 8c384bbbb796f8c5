/** What only shows in the long run. Ten rounds are what the limits' promises are about. */

import { type Runner, WorkerReplacedError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { failureOf } from '../support/failure-of.js'
import { rounds } from '../support/rounds.js'
import { startTesting } from '../support/testing-package.js'

const main = { scriptId: 'main' }
const MIB = 1024 * 1024

/** Runs that make garbage, fail, wait, print and hold on to things. */
const codes = [
  'local t = {} for i = 1, 1000 do t[i] = { i, tostring(i) } end return #t',
  'local s = ("x"):rep(100000) return #s',
  'print(("line"):rep(100)) return State.get("script.main.k", 1)',
  'local co = coroutine.wrap(function() sleep(0) coroutine.yield(1) end) return co()',
  'return pcall(error, { code = 1 })',
  'setmetatable({}, { __gc = function() x = 1 end }) return 1',
  'State.set("script.main.k", { 1, 2, 3 }) return 1',
]

async function workerMemory(runner: Runner): Promise<number> {
  const { values } = await runner.run('return __test.memory()', main)
  return Number(values[0])
}

describe('runs leave nothing behind', () => {
  it(`in sequence: ${1_000 * rounds} of them`, async () => {
    const runner = await startTesting()
    const runMany = async (count: number) => {
      for (let index = 0; index < count; index++) await runner.run(codes[index % codes.length] ?? '', main)
    }
    await runMany(200)
    const before = await workerMemory(runner)
    await runMany(1_000 * rounds)
    const after = await workerMemory(runner)
    console.info(`wasm memory: ${before / MIB} MiB after 200 runs, ${after / MIB} MiB after ${1_000 * rounds} more`)

    expect(after - before).toBeLessThan(MIB)
  })

  it('200 at once, again and again', async () => {
    const runner = await startTesting()
    const here: Array<() => void> = []
    runner.registerFunction('meet', () => {
      const met = new Promise<void>(resolve => here.push(resolve))
      if (here.length === 200) for (const resolve of here.splice(0)) resolve()
      return met
    })
    const runAll = () =>
      Promise.all(
        Array.from({ length: 200 }, (_, index) => runner.run(`host.meet() ${codes[index % codes.length]}`, main)),
      )
    await runAll()
    const before = await workerMemory(runner)
    for (let round = 0; round < 2 * rounds; round++) await runAll()
    const after = await workerMemory(runner)
    console.info(
      `wasm memory: ${before / MIB} MiB after 200 runs at once, ${after / MIB} MiB after ${2 * rounds} times more`,
    )

    expect(after - before).toBeLessThan(2 * MIB)
  })

  it('also when they end at their memory limit', async () => {
    const runner = await startTesting()
    const exhaust = () => failureOf(runner.run('local t = {} while true do t[#t + 1] = { #t } end', main))
    await exhaust()
    const before = await workerMemory(runner)
    for (let round = 0; round < 5 * rounds; round++) await exhaust()

    expect((await workerMemory(runner)) - before).toBeLessThan(4 * MIB)
  })
})

describe('a worker that hangs', () => {
  it(`is replaced ${2 * rounds} times in a row`, async () => {
    const runner = await startTesting()
    for (let round = 0; round < 2 * rounds; round++) {
      expect(await failureOf(runner.run('__test.hang()', main))).toBeInstanceOf(WorkerReplacedError)
      expect((await runner.run('return 1', main)).values).toEqual([1])
    }
  })
})
