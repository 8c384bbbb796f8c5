/** Every kind of backend keeps what `pubwiki-lua/testing` asks of one. */

import { IndexedDBBackend, LocalStorageBackend, MemoryBackend, OpfsBackend, type StorageBackend } from 'pubwiki-lua'
import { conformanceTests } from 'pubwiki-lua/testing'
import { describe, expect, it } from 'vitest'
import './support/artifact.js'
import { failureOf } from './support/failure-of.js'
import { MyCustomBackend } from './support/my-custom-backend.js'

const kinds: Record<string, () => StorageBackend> = {
  MemoryBackend: () => new MemoryBackend(),
  IndexedDBBackend: () => new IndexedDBBackend({ database: `conformance-${Math.random()}` }),
  LocalStorageBackend: () => new LocalStorageBackend(`conformance-${Math.random()}:`),
  OpfsBackend: () => new OpfsBackend({ folder: `conformance-${Math.random()}` }),
  'a backend of the page': () => new MyCustomBackend(),
}

for (const [kind, make] of Object.entries(kinds)) {
  describe(`${kind} as every backend`, () => {
    for (const { name, run } of conformanceTests(make)) it(name, run)
  })
}

describe('the conformance suite', () => {
  const faults: Record<string, (backend: MyCustomBackend) => Partial<StorageBackend>> = {
    'a lost write': () => ({ set: async () => undefined }),
    'a delete that does nothing': () => ({ delete: async () => undefined }),
    'a clear that does nothing': () => ({ clear: async () => undefined }),
    'null for undefined': backend => ({ get: async key => (await MyCustomBackend.prototype.get.call(backend, key)) ?? (null as never) }),
  }
  for (const [fault, change] of Object.entries(faults)) {
    it(`finds ${fault}`, async () => {
      const tests = conformanceTests(() => {
        const backend = new MyCustomBackend()
        return Object.assign(backend, change(backend))
      })
      const outcomes = await Promise.allSettled(tests.map(test => test.run()))
      expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
    })
  }
})

describe('an OpfsBackend', () => {
  it('that another one has open is refused with an error that says so', async () => {
    const folder = `shared-${Math.random()}`
    const [first, second] = [new OpfsBackend({ folder }), new OpfsBackend({ folder })]
    await first.init()
    expect(await failureOf(second.init())).toMatchObject({ code: 'STORAGE_FAILED', message: expect.stringMatching('another tab or worker') })
    first.close()
    await second.init()
    second.close()
  })
})
