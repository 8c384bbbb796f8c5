/** Two tabs that change the same keys at once, in all ways: in the end both know what the backend holds. */

import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { meet, mixedOperations, SOON_MS } from '../support/mixed-operations.js'
import { passed } from '../support/passed.js'
import { rounds } from '../support/rounds.js'
import { Tab } from '../support/tab.js'
import { backends } from '../support/tab-calls.js'

const PLACES = 5 * rounds
const MEETINGS = 8
const OPERATIONS = 40

for (const kind of ['IndexedDBBackend', 'LocalStorageBackend'] as const) {
  describe(`two tabs that change the same keys of one ${kind}`, () => {
    it(`agree with it and with each other, ${PLACES * MEETINGS} times`, async () => {
      const there = await Tab.open()
      for (let at = 0; at < PLACES; at++) {
        const place = `tabs-${Math.random()}:`
        const here = await start({ backend: backends[kind](place) })
        await there.open(kind, place)
        const raw = backends[kind](place)
        for (let meeting = 0; meeting < MEETINGS; meeting++) {
          const seed = Math.floor(Math.random() * 2 ** 31)
          await Promise.all([mixedOperations(here, seed, OPERATIONS), there.mix(seed + 1, OPERATIONS)])
          // What each was told before the other's mark, it has heard of.
          await Promise.all([
            meet(here, `here${meeting}`, `there${meeting}`),
            there.meet(`there${meeting}`, `here${meeting}`),
          ])
          await passed(2 * SOON_MS)
          const now = Date.now()
          const held = (await raw.getAll()).filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
          const sorted = held.sort((a, b) => (a.key < b.key ? -1 : 1))

          expect(await here.state.records(), `seed ${seed}, this tab`).toEqual(sorted)
          expect(await there.records(), `seed ${seed}, the other tab`).toEqual(sorted)
        }
        raw.close?.()
        await here.close()
      }
    })
  })
}
