/** Pages that are loaded one after the other, each with a worker of its own. */

import { describe, expect, it } from '../harness/index.js'
import { rounds } from '../support/rounds.js'
import { Tab } from '../support/tab.js'

const LOADS = 10 * rounds

describe('a page', () => {
  it(`starts each of ${LOADS} times in a row, and finds what the one before has kept`, async () => {
    const place = `loads-${Math.random()}`
    let slowest = 0
    for (let load = 1; load <= LOADS; load++) {
      const began = performance.now()
      const tab = await Tab.open()
      await tab.open('IndexedDBBackend', place)
      const count = await tab.run('return State.update("script.main.loads", function(n) return (n or 0) + 1 end)')
      slowest = Math.max(slowest, performance.now() - began)
      await tab.close()
      expect(count).toEqual([load])
    }
    console.info(`${LOADS} loads in a row, the slowest in ${slowest.toFixed(0)} ms`)
  })
})
