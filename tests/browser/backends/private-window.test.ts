/** State in a private window. */

import { createRunner, IndexedDBBackend, LocalStorageBackend, MemoryBackend, OpfsBackend } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { hasOpfs } from '../support/engine.js'
import { failureOf } from '../support/failure-of.js'
import { keepsPrivateFiles } from '../support/private-window.js'

const main = { scriptId: 'main' }
const name = `private-${Math.random()}`

const backends = {
  IndexedDBBackend: () => new IndexedDBBackend({ database: name }),
  LocalStorageBackend: () => new LocalStorageBackend(name),
  MemoryBackend: () => new MemoryBackend(),
  ...(keepsPrivateFiles && { OpfsBackend: () => new OpfsBackend({ folder: name }) }),
}

describe('in a private window', () => {
  for (const [kind, make] of Object.entries(backends)) {
    it(`${kind} keeps State from one runner to the next`, async () => {
      const backend = make()
      const first = await start({ backend })
      await first.run('State.set("script.main.k", "kept")', main)
      await first.close()
      const second = await start({ backend })

      expect((await second.run('return State.get("script.main.k")', main)).values).toEqual(['kept'])
    })
  }

  if (!keepsPrivateFiles) {
    it('OpfsBackend says what to choose instead', async () => {
      const says = hasOpfs ? /private window.*use IndexedDB, or MemoryBackend/ : /use IndexedDB/
      const refusal = { code: 'STORAGE_FAILED', backend: 'opfs', message: expect.stringMatching(says) }
      const backend = new OpfsBackend({ folder: name })

      expect(await failureOf(backend.init())).toMatchObject(refusal)
      expect(await failureOf(createRunner({ artifact, backend }))).toMatchObject(refusal)
    })
  }
})
