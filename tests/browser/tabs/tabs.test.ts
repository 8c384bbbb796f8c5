/** Two tabs, each with a page, a worker and a runner, on one backend. */

import type { Runner } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { hasOpfs } from '../support/engine.js'
import { failureOf } from '../support/failure-of.js'
import { ready } from '../support/ready.js'
import { Tab } from '../support/tab.js'
import { backends } from '../support/tab-calls.js'

const main = { scriptId: 'main' }
const KEY = 'script.main.n'

/** The spec's 100 ms, and ten times that for a machine that is busy. */
const SOON_MS = 1000

const fresh = () => `tabs-${Math.random()}:`

for (const kind of ['IndexedDBBackend', 'LocalStorageBackend'] as const) {
  describe(`two tabs on one ${kind}`, () => {
    it("see each other's writes, and watchers hear of them", async () => {
      const place = fresh()
      const [here, there] = [await start({ backend: backends[kind](place) }), await Tab.open()]
      await there.open(kind, place)
      await there.watch(KEY)
      for (const value of [1, { a: [2] }, undefined]) {
        await here.state.set('main', KEY, value)
        const written = Date.now()
        const { heard, at } = await there.hear()
        expect(heard).toEqual(value)
        expect(at - written).toBeLessThan(SOON_MS)
        expect(await there.run(`return State.get("${KEY}")`)).toEqual([value])
      }
      const { run: waiting } = await ready(here, `print("ready") return State.wait("${KEY}", 15000)`)
      await there.run(`State.set("${KEY}", "back")`)
      expect((await waiting).values).toEqual(['back', true])
    })

    it('update one key one at a time', async () => {
      const place = fresh()
      const [here, there] = [await start({ backend: backends[kind](place) }), await Tab.open()]
      await there.open(kind, place)
      const increments = 1000
      const code = `for _ = 1, ${increments} do State.update("${KEY}", function(n) return (n or 0) + 1 end) end`
      const limits = { timeoutMs: 110_000, cpuMs: 110_000 }
      await Promise.all([here.run(code, { ...main, limits }), there.run(code)])
      // An update reads afresh; what `get` has in memory may be behind the other by a moment.
      const count = `return State.update("${KEY}", function(n) return n end)`
      expect(await there.run(count)).toEqual([2 * increments])
      expect((await here.run(count, main)).values).toEqual([2 * increments])
    }).timeout(120_000)

    it('reads what another has flushed', async () => {
      const place = fresh()
      const [here, there] = [await start({ backend: backends[kind](place) }), await Tab.open()]
      await there.open(kind, place)
      const stale: unknown[] = []
      for (let round = 0; round < 30; round++) {
        const [writes, reads] = round % 2 ? [here, there] : [there, here]
        const flush = `State.set("${KEY}", ${round}) State.flush()`
        const read = `return State.get("${KEY}")`
        await (writes === here ? here.run(flush, main) : there.run(flush))
        const value = reads === here ? (await here.run(read, main)).values[0] : (await there.run(read))[0]
        if (value !== round) stale.push([round, value])
      }
      expect(stale).toEqual([])
    })

    it('reads what another runner of its page has flushed', async () => {
      const place = fresh()
      const [here, there] = [
        await start({ backend: backends[kind](place) }),
        await start({ backend: backends[kind](place) }),
      ]
      const stale: unknown[] = []
      for (let round = 0; round < 30; round++) {
        const [writes, reads] = round % 2 ? [here, there] : [there, here]
        void writes.state.set('main', KEY, round)
        await writes.state.flush()
        const value = await reads.state.get('main', KEY)
        if (value !== round) stale.push([round, value])
      }
      expect(stale).toEqual([])
    })
  })
}

describe('a tab that takes the database away', () => {
  const code = `
    print("ready")
    for i = 1, 300 do
      State.set("script.main.k" .. i, i)
      if i % 3 == 0 then State.flush() end
    end
  `

  /** Writes, and has the other tab do something meanwhile, again and again. */
  async function meanwhile(database: string, act: (there: Tab, round: number) => Promise<void>): Promise<Runner> {
    const [here, there] = [await start({ backend: backends.IndexedDBBackend(database) }), await Tab.open()]
    let isOver = false
    const { run } = await ready(here, code)
    const over = run.finally(() => (isOver = true))
    for (let round = 1; !isOver && round <= 5; round++) await act(there, round)
    await over
    return here
  }

  it("by an upgrade, loses none of the other's writes", async () => {
    const database = fresh()
    const here = await meanwhile(database, (there, round) => there.upgrade(database, 10 * round))
    const again = await start({ backend: backends.IndexedDBBackend(database) })

    expect(await again.state.list('main', 'script.main.k')).toHaveLength(300)
    await here.state.set('main', KEY, 'still')
    expect(await again.state.update('main', KEY, value => value)).toBe('still')
  })

  it('by deleting it, leaves the other working', async () => {
    const database = fresh()
    const here = await meanwhile(database, there => there.remove(database))
    await here.state.set('main', KEY, 'still')
    const again = await start({ backend: backends.IndexedDBBackend(database) })

    expect(await again.state.get('main', KEY)).toBe('still')
  })
})

if (hasOpfs)
  describe('an OpfsBackend in a second tab', () => {
    it('is refused with what to do, until the first has released it', async () => {
      const place = 'tabs-opfs'
      const [here, there] = [await start({ backend: backends.OpfsBackend(place) }), await Tab.open()]
      await here.state.set('main', KEY, 'from the first')
      const refusal = await failureOf(there.open('OpfsBackend', place))
      expect(refusal.message).toMatch(/^StorageError: .*another tab or worker of this site has it open.*use IndexedDB/)
      await here.close()
      await there.open('OpfsBackend', place)

      expect(await there.run(`return State.get("${KEY}")`)).toEqual(['from the first'])
    })
  })
