/** Many records at once: nobody else waits for them. Eighty rounds are a million records. */

import {
  IndexedDBBackend,
  LimitError,
  OpfsBackend,
  type Runner,
  type StateRecord,
  type StorageBackend,
} from 'pubwiki-lua'
import { afterEach, beforeEach, describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { type Beside, beside, told, type Watched, watched } from '../support/beside.js'
import { failureOf } from '../support/failure-of.js'
import { rounds } from '../support/rounds.js'

const RECORDS = 12_500 * rounds
/** Ten times what is promised, in milliseconds: the machine may be busy. */
const RUN_MS = 1_000
const TASK_MS = 500
const LIMITS = { timeoutMs: 100_000 * rounds, cpuMs: 50_000 * rounds, memoryBytes: 1 << 30 }

const backends: Array<[name: string, make: () => StorageBackend]> = [
  ['IndexedDB', () => new IndexedDBBackend({ database: 'bulk' })],
  ['OPFS', () => new OpfsBackend({ folder: 'bulk' })],
]

function expectServed(what: string, measured: Beside<unknown>): void {
  told(what, measured)
  expect(measured.slowestRun).toBeLessThan(RUN_MS)
  expect(measured.longestTask).toBeLessThan(TASK_MS)
}

function expectFree(what: string, measured: Watched<unknown>): void {
  told(what, measured)
  expect(measured.longestTask).toBeLessThan(TASK_MS)
}

const run = (runner: Runner, code: string, scriptId = 'many') => runner.run(code, { scriptId, limits: LIMITS })

const key = (number: number) => `many:script.many:${String(number).padStart(7, '0')}`
const record = (number: number): StateRecord => ({ key: key(number), value: number, createdAt: 1, updatedAt: 2 })

/** JSON lines of so many records, made as they are read. */
function lines(count: number): ReadableStream<string> {
  let done = 0
  return new ReadableStream({
    pull(controller) {
      const part = Array.from({ length: Math.min(1_000, count - done) }, () => `${JSON.stringify(record(done++))}\n`)
      controller.enqueue(part.join(''))
      if (done === count) controller.close()
    },
  })
}

/** How many lines there are, and the last except for its end. */
async function linesOf(stream: ReadableStream<Uint8Array>): Promise<[count: number, last: string]> {
  const decoder = new TextDecoder()
  const reader = stream.getReader()
  let [count, last] = [0, '']
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const texts = decoder.decode(part.value, { stream: true }).split('\n')
    count += texts.length - 1
    last = texts.at(-2) ?? last
  }
  return [count, last]
}

for (const [name, make] of backends) {
  describe(`${RECORDS} records on ${name}`, () => {
    let runner: Runner
    let idle: Runner

    beforeEach(async () => {
      idle = await start()
    })

    afterEach(async () => {
      await runner.state.clear()
      await runner.close()
    })

    it('twice as many, are written by a run while others run', async () => {
      runner = await start({ backend: make() })
      const code = `for i = 1, ${2 * RECORDS} do State.set("script.hostile.k" .. i, i) end State.flush()`
      expectServed(`twice as many written to ${name}`, await beside(runner, () => run(runner, code, 'hostile'), idle))
      expect(await runner.state.get('hostile', `script.hostile.k${2 * RECORDS}`)).toBe(2 * RECORDS)
    })

    it('are imported, opened, exported, deleted and cleared while others run', async () => {
      runner = await start({ backend: make() })
      const [read, stored]: [number[], number[]] = [[], []]
      const onProgress = ({ done, total }: { done: number; total?: number | undefined }) => {
        expect([undefined, RECORDS]).toContain(total)
        ;(total === undefined ? read : stored).push(done)
      }
      const imported = await beside(runner, () => runner.state.import(lines(RECORDS), { onProgress }), idle)
      expectServed(`imported to ${name}`, imported)
      expect(imported.result).toBe(RECORDS)
      expect(read).toEqual(Array.from({ length: Math.floor(RECORDS / 1_000) }, (_, at) => 1_000 * (at + 1)))
      expect(stored.at(-1)).toBe(RECORDS)
      // OPFS has them all in a moment.
      if (name === 'IndexedDB') expect(stored.length).toBeGreaterThan(1)
      expect(stored).toEqual([...stored].sort((a, b) => a - b))
      await runner.close()
      const opened = await watched(async () => {
        runner = await start({ backend: make() })
        return runner.state.get('many', `script.many.${String(RECORDS - 1).padStart(7, '0')}`)
      })
      expectFree(`opened on ${name}`, opened)
      expect(opened.result).toBe(RECORDS - 1)
      const totals: Array<number | undefined> = []
      const onTotal = ({ total }: { total?: number | undefined }) => totals.push(total)
      const exported = await beside(
        runner,
        async () => linesOf(await runner.state.export({ onProgress: onTotal })),
        idle,
      )
      expectServed(`exported from ${name}`, exported)
      expect(exported.result).toEqual([RECORDS, JSON.stringify(record(RECORDS - 1))])
      expect(totals.every(total => total === RECORDS)).toBe(true)
      const some = RECORDS / 2
      const code = `for i = 0, ${some - 1} do State.delete(("script.many.%07d"):format(i)) end`
      const deleted = await beside(runner, () => run(runner, code), idle)
      expectServed(`a half deleted from ${name}`, deleted)
      expect(await runner.state.list('many', 'script.many.')).toHaveLength(RECORDS - some)
      expectServed(`a half cleared from ${name}`, await beside(runner, () => runner.state.clear(), idle))
      expect(await runner.state.records()).toEqual([])
    })

    it('are written after their run was ended by its limit', async () => {
      runner = await start({ backend: make() })
      const endless = `local i = 0 while true do i = i + 1 State.set("script.many.k" .. (i % ${RECORDS}), i) end`
      const limits = { ...LIMITS, timeoutMs: 3_000 }
      const written = await beside(
        runner,
        async () => {
          expect(await failureOf(runner.run(endless, { scriptId: 'many', limits }))).toBeInstanceOf(LimitError)
          await runner.state.flush()
        },
        idle,
      )
      expectServed(`written to ${name} for a run that was ended`, written)
    })

    it('half of them, expire and are removed while others run', async () => {
      runner = await start({ backend: make() })
      const removed = await beside(
        runner,
        async () => {
          await run(runner, `for i = 1, ${RECORDS / 2} do State.set("script.many.k" .. i, i, { ttl = 1 }) end`)
          await runner.state.cleanupExpired()
        },
        idle,
      )
      expectServed(`a half written to ${name}, and removed as expired`, removed)
      expect(await runner.state.records()).toEqual([])
    })
  })

  it(`${RECORDS / 4} records are stored, read and removed by the page itself on ${name}`, async () => {
    const backend = make()
    const records = Array.from({ length: RECORDS / 4 }, (_, number) => record(number))
    await backend.init()
    try {
      expectFree(`stored by the page on ${name}`, await watched(async () => backend.setMany?.(records)))
      const all = await watched(() => backend.getAll())
      expectFree(`read by the page on ${name}`, all)
      expect(all.result.length).toBe(records.length)
      expect(all.result.at(-1)).toEqual(records.at(-1))
      expectFree(
        `removed by the page on ${name}`,
        await watched(async () => backend.deleteMany?.(records.map(each => each.key))),
      )
      expect(await backend.getAll()).toEqual([])
    } finally {
      await backend.clear()
      await backend.close?.()
    }
  })
}
