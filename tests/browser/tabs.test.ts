/** Two workers, each with a runner, on one backend: as two tabs have them. */

import { IndexedDBBackend, LocalStorageBackend, type StorageBackend } from 'pubwiki-lua'
import { describe, expect, it } from 'vitest'
import { start } from './support/artifact.js'

const KEY = 'script.main.n'

/** The spec's 100 ms, with room for a machine that is busy. */
const SOON_MS = 1000

const kinds: Record<string, () => StorageBackend> = {
  IndexedDBBackend: () => new IndexedDBBackend({ database: 'tabs' }),
  LocalStorageBackend: () => new LocalStorageBackend('tabs:'),
}

for (const [kind, make] of Object.entries(kinds)) {
  describe(`two runners on one ${kind}`, () => {
    it('see each other\'s writes', async () => {
      const [one, two] = [await start({ backend: make() }), await start({ backend: make() })]
      let ready: () => void
      const waiting = new Promise<void>(resolve => (ready = resolve))
      const run = two.run(`print("ready") State.wait("${KEY}", 10000) return State.get("${KEY}")`, {
        scriptId: 'main',
        onOutput: () => ready(),
      })
      await waiting
      await one.run(`State.set("${KEY}", 42)`, { scriptId: 'main' })
      const written = performance.now()
      expect((await run).values).toEqual([42])
      expect(performance.now() - written).toBeLessThan(SOON_MS)
    })

    it('update one key one at a time', async function () {
      this.timeout(120_000)
      const [one, two] = [await start({ backend: make() }), await start({ backend: make() })]
      const increments = 1000
      const code = `for _ = 1, ${increments} do State.update("script.main.count", function(n) return (n or 0) + 1 end) end`
      const settings = { scriptId: 'main', limits: { timeoutMs: 110_000 } }
      await Promise.all([one.run(code, settings), two.run(code, settings)])
      // An update reads afresh; what `get` has in memory may be behind the other by a moment.
      for (const runner of [one, two]) {
        const counted = await runner.run('return State.update("script.main.count", function(n) return n end)', settings)
        expect(counted.values).toEqual([2 * increments])
      }
      await one.run('State.set("script.main.count", nil)', settings)
    })
  })
}
