/** Records of megabytes in one batch: all of what was acknowledged is there when the database is opened again. */

import { createRunner, IndexedDBBackend, OpfsBackend, type StorageBackend } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'
import { present } from '../support/engine.js'

const main = { scriptId: 'main' }

const kinds = present<() => StorageBackend>({
  IndexedDBBackend: () => new IndexedDBBackend({ database: `large-${Math.random()}` }),
  OpfsBackend: () => new OpfsBackend({ folder: `large-${Math.random()}` }),
})

for (const [kind, make] of Object.entries(kinds)) {
  describe(`a batch of few large records on ${kind}`, () => {
    it('is stored whole', async () => {
      const backend = make()
      const runner = await createRunner({ artifact, backend })
      await runner.run(
        'local big = ("x"):rep(2000000) for n = 1, 12 do State.set("script.main.k" .. n, big .. n) end',
        main,
      )
      await runner.close()
      const next = await createRunner({ artifact, backend })
      const { entries } = await next.state.entries('main')
      const lengths = entries.map(({ record }) => String(record.value).length)
      await next.state.clear()
      await next.close()

      expect(lengths.length).toBe(12)
      expect(Math.min(...lengths)).toBeGreaterThanOrEqual(2_000_000)
    })
  })
}
