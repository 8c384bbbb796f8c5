/** The user's document: its backends and its test suite, as they stand there except for what they import. */

import { describe, it, expect } from '../harness/index.js'
import { IndexedDBBackend, LocalStorageBackend, MemoryBackend, OpfsBackend, type StorageBackend } from 'pubwiki-lua'
import '../support/artifact.js'
import { EncryptedBackend } from '../support/encrypted-backend.js'
import { present } from '../support/engine.js'
import { HybridBackend } from '../support/hybrid-backend.js'
import { MyCustomBackend as TheirBackend } from '../support/my-custom-backend.js'
import { RemoteAPIBackend } from '../support/remote-api-backend.js'
import { Remote } from '../support/remote.js'

/** The suite closes nothing, and a folder is one backend's at a time. */
class OpfsBackendOfItsOwn extends OpfsBackend {
  constructor() {
    super({ folder: `document-${Math.random()}` })
  }
}

/** With a server. */
class ServedRemoteAPIBackend extends RemoteAPIBackend {
  constructor() {
    super(new Remote().url)
  }
}

const backends = present<new () => StorageBackend>({
  MyCustomBackend: TheirBackend,
  MemoryBackend,
  IndexedDBBackend,
  LocalStorageBackend,
  OpfsBackend: OpfsBackendOfItsOwn,
  RemoteAPIBackend: ServedRemoteAPIBackend,
  HybridBackend,
  EncryptedBackend,
})

for (const [name, MyCustomBackend] of Object.entries(backends)) {
  describe(`the document's suite on ${name}`, () => {
    describe('MyCustomBackend', () => {
      it('should store and retrieve records', async () => {
        const backend = new MyCustomBackend()
        await backend.init()

        const record = {
          key: 'test:default:foo',
          value: 'bar',
          createdAt: Date.now(),
          updatedAt: Date.now()
        }

        await backend.set(record)
        const retrieved = await backend.get(record.key)

        expect(retrieved).toEqual(record)
      })

      it('should delete records', async () => {
        const backend = new MyCustomBackend()
        await backend.init()

        const record = {
          key: 'test:default:foo',
          value: 'bar',
          createdAt: Date.now(),
          updatedAt: Date.now()
        }

        await backend.set(record)
        await backend.delete(record.key)
        const retrieved = await backend.get(record.key)

        expect(retrieved).toBeUndefined()
      })

      it('should clear all records', async () => {
        const backend = new MyCustomBackend()
        await backend.init()

        await backend.set({ key: 'test:default:a', value: '1', createdAt: Date.now(), updatedAt: Date.now() })
        await backend.set({ key: 'test:default:b', value: '2', createdAt: Date.now(), updatedAt: Date.now() })

        await backend.clear()
        const all = await backend.getAll()

        expect(all).toHaveLength(0)
      })
    })
  })
}
