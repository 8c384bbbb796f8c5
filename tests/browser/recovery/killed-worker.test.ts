/** A worker that is ended in the middle of writes: what was acknowledged is there, each batch whole or not at all. */

import { createRunner, IndexedDBBackend, LocalStorageBackend, OpfsBackend, type StorageBackend } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'
import { present } from '../support/engine.js'
import { failureOf } from '../support/failure-of.js'
import { terminateWorker } from '../support/mortal-worker.js'
import { Writing } from '../support/writing.js'

const ROUNDS = 10
const PARTS = 5
const BATCH = `
  for part = 1, ${PARTS} do State.set("script.main." .. n .. "." .. part, n) end
  State.set("script.main.last", n)`

const place = `killed-${Math.random()}`
const kinds = present<() => StorageBackend>({
  IndexedDBBackend: () => new IndexedDBBackend({ database: place }),
  OpfsBackend: () => new OpfsBackend({ folder: place }),
  LocalStorageBackend: () => new LocalStorageBackend(`${place}:`),
})

for (const [kind, make] of Object.entries(kinds)) {
  describe(`a worker that writes to ${kind}`, () => {
    it(`has lost nothing when it is ended, ${ROUNDS} times`, async function () {
      this.timeout(120_000)
      const ends: Promise<unknown>[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const runner = await createRunner({ artifact, backend: make() })
        const before = Number(await runner.state.get('main', 'script.main.last', 0))
        const writing = new Writing(runner, BATCH)
        await writing.more(before + 1 + round)
        terminateWorker()
        ends.push(failureOf(runner.close()))
        const acknowledged = writing.last
        const next = await createRunner({ artifact, backend: make() })
        const last = Number(await next.state.get('main', 'script.main.last'))
        const keys = await next.state.list('main', '')
        await next.close()

        expect(last).toBeGreaterThanOrEqual(acknowledged)
        expect(keys).toHaveLength(last * PARTS + 1)
      }
      await Promise.all(ends)
    })
  })
}
