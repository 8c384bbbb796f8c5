/** Values that would block the page if they were read at once: they come whole, and others' turns between. */

import {
  LuaError,
  type Runner,
  type RunnerOptions,
  type StateRecord,
  type StorageBackend,
  ValueError,
} from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start as startRunner } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { longestTask } from '../support/longest-task.js'

const main = { scriptId: 'main' }
/** Room for the integers, three times. */
const limits = { memoryBytes: 512 * 1024 * 1024 }

function start(options?: RunnerOptions): Promise<Runner> {
  return startRunner({ limits, ...options })
}
/** Ten times what a task of the page may take. */
const BLOCKED_MS = 500

/** Makes `v`, which takes long to be read. */
const LARGE: Record<string, [code: string, check: (value: unknown) => boolean]> = {
  integers: [
    'local v = {} for i = 1, 8e5 do v[i] = i * 1000 end',
    value => isArray(value, 8e5) && value.every((item, at) => item === (at + 1) * 1000),
  ],
  floats: [
    'local v = {} for i = 1, 2e5 do v[i] = i / 4 end',
    value => isArray(value, 2e5) && value.every((item, at) => item === (at + 1) / 4),
  ],
  strings: [
    'local v = {} for i = 1, 2e5 do v[i] = "item " .. i end',
    value => isArray(value, 2e5) && value.every((item, at) => item === `item ${at + 1}`),
  ],
  tables: [
    'local v = {} for i = 1, 5e4 do v[i] = { i, { id = i } } end',
    value => isArray(value, 5e4) && JSON.stringify(value[41]) === '[42,{"id":42}]',
  ],
  keys: [
    'local v = {} for i = 1, 5e4 do v["key " .. i] = i end',
    value => Object.entries(value as object).length === 5e4 && (value as Record<string, unknown>)['key 99'] === 99,
  ],
  text: ['local v = ("ab\\"\\n\\u{e9}\\u{1f980}"):rep(5e5)', value => value === 'ab"\n\u00e9\u{1f980}'.repeat(5e5)],
}

function isArray(value: unknown, length: number): value is unknown[] {
  return Array.isArray(value) && value.length === length
}

async function measured<T>(what: string, work: () => PromiseLike<T>): Promise<T> {
  const began = performance.now()
  const { value, longest } = await longestTask(work)
  console.info(`${what}: page blocked ${longest.toFixed(0)} ms of ${(performance.now() - began).toFixed(0)} ms`)
  expect(longest).toBeLessThan(BLOCKED_MS)
  return value
}

/** A page's own backend, whose records stay what they are. */
class Records implements StorageBackend {
  readonly all = new Map<string, StateRecord>()
  async init() {}
  async get(key: string) {
    return this.all.get(key)
  }
  async set(record: StateRecord) {
    this.all.set(record.key, record)
  }
  async delete(key: string) {
    this.all.delete(key)
  }
  async getAll() {
    return [...this.all.values()]
  }
  async clear() {
    this.all.clear()
  }
}

for (const [kind, [code, check]] of Object.entries(LARGE)) {
  describe(`a large value of ${kind}`, () => {
    it('is a result', async () => {
      const runner = await start()
      const { values } = await measured(`result of ${kind}`, () => runner.run(`${code} return v, 1`, main))

      expect(check(values[0])).toBe(true)
      expect(values[1]).toBe(1)
    })

    it('goes to a host function and comes back', async () => {
      const runner = await start()
      let taken: unknown
      runner.registerFunction('echo', value => (taken = value))
      const { values } = await measured(`echo of ${kind}`, () => runner.run(`${code} return host.echo(v)`, main))

      expect(check(taken)).toBe(true)
      expect(check(values[0])).toBe(true)
    })

    it('is stored, read, watched and updated by the page', async () => {
      const runner = await start()
      const heard: unknown[] = []
      runner.state.watch('main', 'script.main.v', value => heard.push(value))
      await measured(`watch of ${kind}`, async () => {
        await runner.run(`${code} State.set("script.main.v", v)`, main)
        while (heard.length === 0) await new Promise(resolve => setTimeout(resolve, 1))
      })
      const read = await measured(`get of ${kind}`, () => runner.state.get('main', 'script.main.v'))
      let updated: unknown
      await runner.state.update('main', 'script.main.v', value => {
        updated = value
        return 1
      })

      expect(check(heard[0])).toBe(true)
      expect(check(read)).toBe(true)
      expect(check(updated)).toBe(true)
    })

    it('goes to a page-provided backend and comes back', async () => {
      const backend = new Records()
      const runner = await start({ backend })
      await measured(`set of ${kind} in a page-provided backend`, () =>
        runner.run(`${code} State.set("script.main.v", v)`, main),
      )
      const [record] = backend.all.values()
      expect(check(record?.value)).toBe(true)
      const again = await start({ backend })
      const { values } = await measured(`get of ${kind} from a page-provided backend`, () =>
        again.run('return State.get("script.main.v")', main),
      )

      expect(check(values[0])).toBe(true)
    })
  })
}

describe('a loop of calls with large values', () => {
  it('leaves the page and other runs their turns', async () => {
    const runner = await start()
    runner.registerFunction('echo', value => value)
    runner.registerFunction('short', value => value)
    const loop = runner.run(
      'local v = {} for i = 1, 8e5 do v[i] = i end for _ = 1, 3 do v = host.echo(v) end return #v',
      main,
    )
    let ended = false
    void loop.finally(() => (ended = true))
    let slowest = 0
    await measured('a loop of echoes', async () => {
      while (!ended) {
        const began = performance.now()
        await runner.run('return host.short(1)', { scriptId: 'other' })
        slowest = Math.max(slowest, performance.now() - began)
      }
    })
    console.info(`alongside a loop of echoes: a short run took ${slowest.toFixed(0)} ms at most`)

    expect((await loop).values).toEqual([8e5])
  })
})

describe('while a large value is on its way in', () => {
  const LONG = 'local v = {} for i = 1, 8e5 do v[i] = i end '

  it('what belongs to its run keeps its order', async () => {
    const runner = await start()
    const order: string[] = []
    runner.registerFunction('take', (value: unknown) => {
      order.push(Array.isArray(value) ? 'large' : String(value))
    })
    const { output, values } = await runner.run(
      `${LONG} host.take("before") host.take(v) host.take("after") print("printed") return v`,
      { ...main, onOutput: text => order.push(text.trim()) },
    )
    order.push('ended')

    expect(order).toEqual(['before', 'large', 'after', 'printed', 'ended'])
    expect(output).toBe('printed\n')
    expect(isArray(values[0], 8e5)).toBe(true)
  })

  it('its run can be cancelled, and the worker is not replaced', async () => {
    const notices: string[] = []
    const runner = await start({ onNotice: ({ code }) => notices.push(code) })
    const runs = Array.from({ length: 4 }, () => runner.run(`${LONG} print("made") return v`, main))
    for (const run of runs) setTimeout(() => run.cancel(), 50 * runs.indexOf(run))
    for (const outcome of await Promise.allSettled(runs)) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CANCELLED' })
      else expect(isArray(outcome.value.values[0], 8e5)).toBe(true)
    }

    expect((await runner.run('return 1', main)).values).toEqual([1])
    expect(notices).toEqual([])
  })

  it('the runner can be closed', async () => {
    const runner = await start()
    const run = runner.run(`${LONG} host.take(v) return v`, main)
    let closed: Promise<void> | undefined
    runner.registerFunction('take', () => void (closed = runner.close()))

    expect(await failureOf(run)).toMatchObject({ code: 'CANCELLED' })
    await closed
  })

  it('changes of a key are told in order', async () => {
    const runner = await start()
    const heard: unknown[] = []
    runner.state.watch('main', 'script.main.', (value, key) =>
      heard.push([key, Array.isArray(value) ? value.length : value]),
    )
    // What waits for a watch is bounded: a large change would drive out what comes at once with it.
    await runner.run(
      `${LONG} State.set("script.main.a", 1) sleep(50) State.set("script.main.b", v) sleep(50) State.set("script.main.c", 2) State.set("script.main.b", 3)`,
      main,
    )
    while (JSON.stringify(heard.at(-1)) !== '["script.main.b",3]') await new Promise(resolve => setTimeout(resolve, 1))
    const last = (key: string) => heard.findLast(entry => (entry as unknown[])[0] === key)

    expect([last('script.main.a'), last('script.main.c')]).toEqual([
      ['script.main.a', 1],
      ['script.main.c', 2],
    ])
    expect(heard[0]).toEqual(['script.main.a', 1])
  })
})

describe('a large value that cannot cross', () => {
  const refusing = async (): Promise<Runner> => {
    const runner = await start()
    const large: unknown[] = Array.from({ length: 2e5 }, (_, at) => [at])
    runner.registerFunction('give', () => [...large, { wrong: () => 1 }])
    return runner
  }

  it("is refused with its path, as a host function's answer", async () => {
    const { values } = await (await refusing()).run('local ok, e = pcall(host.give) return ok, e.message', main)

    expect(values).toEqual([false, 'host.give: ValueError: value[200000].wrong: a function cannot cross'])
  })

  it('is refused with its path, as an argument and a result', async () => {
    const runner = await start()
    const args = [[...Array.from({ length: 1e5 }, () => 1), Symbol('s')]]
    expect(await failureOf(runner.run('return 1', { ...main, args }))).toMatchObject({ path: 'args[0][100000]' })
    const failure = await failureOf(
      runner.run('local v = {} for i = 1, 1e5 do v[i] = i end v[1e5 + 1] = print return v', main),
    )

    expect(failure).toBeInstanceOf(ValueError)
    expect(failure).toMatchObject({ path: 'result 1[100001]' })
  })
})

describe('large arguments of a run', () => {
  it('reach it as they were, and the worker lives', async () => {
    const runner = await start()
    const args = [Array.from({ length: 2e6 }, (_, at) => at)]
    const run = runner.run('local v = ... return #v, v[1], v[2000000]', { ...main, args })
    // What is changed after the call does not count.
    args[0]?.fill(7)

    expect((await run).values).toEqual([2e6, 0, 1_999_999])
  })
})

describe('a large value of an error', () => {
  it('is the message', async () => {
    const runner = await start()
    const failure = await measured('error with a large value', () =>
      failureOf(runner.run('local v = {} for i = 1, 8e5 do v[i] = i end error(v)', main)),
    )

    expect(failure).toBeInstanceOf(LuaError)
    expect(failure).toMatchObject({
      message: '(error object is a table value)',
      value: '(error object is a table value)',
    })
  })
})
