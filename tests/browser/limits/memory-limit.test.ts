/** The memory limit holds to the byte, and what a run held is the worker's again, however it ended. */

import { LimitError, type RunLimits, ValueError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start, workerUrl } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { RawWorker } from '../support/raw-worker.js'
import { startTesting } from '../support/testing-package.js'
import { MIB, workerMemory } from '../support/worker-memory.js'

const main = { scriptId: 'main' }

describe('a size beyond all memory', () => {
  for (const code of [
    'return #("x"):rep(1000000):rep(2147)',
    'return #("x"):rep(1 << 20):rep(2047)',
    'return #table.concat({ ("x"):rep(30000000), ("x"):rep(30000000) }, ("y"):rep(2000000000))',
    'local s = ("x"):rep(20000000) return #s:gsub("x", s)',
    'local s = ("x"):rep(20000000) return #(s .. s .. s .. s .. s .. s)',
    'return #string.format("%s%s", ("x"):rep(20000000), ("x"):rep(20000000):rep(100))',
    'return #string.pack("s4", ("x"):rep(20000000):rep(100))',
    'return #utf8.char(table.unpack({}, 1, 100000))',
    'return table.unpack({}, 1, 1 << 24)',
  ]) {
    it(`is refused, and no other limit suffers: ${code}`, async () => {
      const runner = await startTesting()
      const failure = await failureOf(runner.run(code, main))
      const memory = await workerMemory(runner)
      const greedy = await failureOf(
        runner.run('local t = {} for i = 1, 1e7 do t[i] = {} end', { ...main, limits: { memoryBytes: 4 * MIB } }),
      )

      expect(['LIMIT_EXCEEDED', 'LUA_ERROR']).toContain((failure as LimitError).code)
      expect(memory).toBeLessThan(256 * MIB)
      expect(greedy).toMatchObject({ name: 'LimitError', limit: 'memoryBytes', value: 4 * MIB })
    })
  }

  it('is a limit of memory when the worker itself has no more', async () => {
    const runner = await startTesting()
    await runner.run('__test.hoard()', main)
    for (const code of [
      'local t = {} for i = 1, math.huge do t[i] = ("x"):rep(100000) .. i end',
      'return ("x"):rep(100000000)',
      'return #("x"):rep(100000):gsub("x", ("x"):rep(100000))',
      'local t = {} for i = 1, math.huge do t[i] = {} end',
    ]) {
      const failure = await failureOf(runner.run(code, { ...main, limits: { memoryBytes: 2 ** 31 } }))

      expect(failure).toMatchObject({ name: 'LimitError', limit: 'memoryBytes' })
      expect((await runner.run('return 1', main)).values).toEqual([1])
    }
  })
})

describe('a memory limit that cannot be kept', () => {
  for (const memoryBytes of [0, 2 ** 31 + 1, 2 ** 32, -1, 1.5, Number.NaN]) {
    it(`is refused by the page: ${memoryBytes}`, async () => {
      const runner = await start()
      const failures = [
        runner.run('return 1', { ...main, limits: { memoryBytes } }),
        start({ limits: { memoryBytes } }),
      ]

      for (const failure of await Promise.all(failures.map(failureOf))) {
        expect(failure).toBeInstanceOf(ValueError)
        expect(failure).toMatchObject({
          path: 'limits.memoryBytes',
          message: `limits.memoryBytes: ${memoryBytes} is not an integer between 1 and 2^31`,
        })
      }
    })
  }

  it('is refused by the worker, and one that can is not', async () => {
    const worker = await RawWorker.start(workerUrl)
    const open = (memoryBytes: number) =>
      worker.send({
        Open: {
          version: 1,
          options: {
            backend: 'Memory',
            limits: { ...worker.noLimits, memoryBytes },
            modules: 'BuiltIn',
            allowSelfNamedScripts: false,
            resolves: false,
            compile: null,
          },
        },
      })
    const run = (memoryBytes: number) =>
      worker.send({
        Run: {
          id: 7,
          spec: {
            scriptId: 'main',
            code: new TextEncoder().encode('return 1'),
            name: null,
            args: [],
            limits: { ...worker.noLimits, memoryBytes },
            keepAlive: false,
            dialect: 'Lua54',
          },
        },
      })
    const refusal = { Error: { kind: { Value: { path: 'limits.memoryBytes' } } } }
    open(0)
    expect(await worker.next()).toMatchObject({ Answer: { id: 0, answer: refusal } })
    open(2 ** 31)
    expect(await worker.next()).toMatchObject({ Ready: {} })
    run(2 ** 31 + 1)
    expect(await worker.next()).toMatchObject({ Answer: { id: 7, answer: refusal } })
    run(1)
    expect(await worker.next()).toMatchObject({ RunFailed: { run: 7 } })
    expect(await worker.next()).toMatchObject({
      Answer: { id: 7, answer: { Error: { kind: { Limit: { limit: 'memoryBytes', value: 1 } } } } },
    })
    run(2 ** 31)
    expect(await worker.next()).toMatchObject({ Answer: { id: 7, answer: { Run: { values: [{ Int: 1n }] } } } })
    worker.end()
  })
})

describe('a run that is stopped in the middle of a large buffer', () => {
  // The first runs have longer, so that they reach the most that such a run ever holds on any machine.
  for (const [code, limits, longer] of [
    ['local s = ("a"):rep(100000) return #s:gsub(".", s)', {}, {}],
    ['while true do local s = ("x"):rep(20000000) end', { timeoutMs: 50 }, { timeoutMs: 500 }],
    [
      'local t = {} for i = 1, 20000 do t[i] = ("x"):rep(1000) end while true do table.concat(t) end',
      { timeoutMs: 50 },
      { timeoutMs: 500 },
    ],
    [
      'local s = ("x"):rep(10000000) while true do string.format("%s%s", s, s) end',
      { timeoutMs: 50 },
      { timeoutMs: 500 },
    ],
    ['local s = ("x"):rep(10000000) while true do s:upper() end', { cpuMs: 50 }, { cpuMs: 500 }],
  ] as const) {
    it(`leaves nothing of it: ${code}`, async () => {
      const runner = await startTesting()
      const stop = (limits: RunLimits) => failureOf(runner.run(code, { ...main, limits }))
      for (let time = 0; time < 5; time++) await stop(longer)
      const before = await workerMemory(runner)
      for (let time = 0; time < 20; time++) expect(await stop(limits)).toBeInstanceOf(LimitError)

      expect((await workerMemory(runner)) - before).toBeLessThan(4 * MIB)
    })
  }
})
