/** Every kind of backend keeps what `pubwiki-lua/testing` asks of one. */

import {
  IndexedDBBackend,
  LocalStorageBackend,
  MemoryBackend,
  OpfsBackend,
  type StateRecord,
  type StorageBackend,
} from 'pubwiki-lua'
import { conformanceTests } from 'pubwiki-lua/testing'
import { describe, expect, it } from '../harness/index.js'
import '../support/artifact.js'
import { present } from '../support/engine.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'

const kinds = present<() => StorageBackend>({
  MemoryBackend: () => new MemoryBackend(),
  IndexedDBBackend: () => new IndexedDBBackend({ database: `conformance-${Math.random()}` }),
  LocalStorageBackend: () => new LocalStorageBackend(`conformance-${Math.random()}:`),
  OpfsBackend: () => new OpfsBackend({ folder: `conformance-${Math.random()}` }),
  'a backend of the page': () => new MyCustomBackend(),
})

for (const [kind, make] of Object.entries(kinds)) {
  describe(`${kind} as every backend`, () => {
    for (const { name, run } of conformanceTests(make)) it(name, run)
  })
}

describe('the conformance suite', () => {
  const plain = MyCustomBackend.prototype
  const faults: Record<string, (backend: MyCustomBackend) => Partial<StorageBackend>> = {
    'a lost write': () => ({ set: async () => undefined }),
    'a delete that does nothing': () => ({ delete: async () => undefined }),
    'a clear that does nothing': () => ({ clear: async () => undefined }),
    'null for undefined': backend => ({ get: async key => (await plain.get.call(backend, key)) ?? (null as never) }),
    'keys that are one when they look alike': backend => ({
      set: record => plain.set.call(backend, { ...record, key: record.key.normalize() }),
    }),
    'a key that an object has already': backend => ({
      set: async record => (record.key in {} ? undefined : plain.set.call(backend, record)),
    }),
    'a key cut at a colon': backend => ({
      set: record => plain.set.call(backend, { ...record, key: record.key.split(':', 2).join(':') }),
    }),
    'a false value taken for none': backend => ({
      get: async key => {
        const record = await plain.get.call(backend, key)
        return record?.value ? record : undefined
      },
    }),
    'a large value cut off': backend => ({
      set: record =>
        plain.set.call(
          backend,
          typeof record.value === 'string' ? { ...record, value: record.value.slice(0, 1e6) } : record,
        ),
    }),
    'no more than 9,999 records': backend => ({
      getAll: async () => (await plain.getAll.call(backend)).slice(0, 9_999),
    }),
    'a time that is rounded': backend => ({
      set: record => plain.set.call(backend, { ...record, createdAt: Math.floor(record.createdAt) }),
    }),
    'a getAll that remembers': backend => {
      let all: Promise<StateRecord[]> | null = null
      return { getAll: () => (all ??= plain.getAll.call(backend)) }
    },
    'writes that overtake each other': backend => {
      let turns = 100
      return {
        set: async record => {
          for (let left = turns--; left > 0; left--) await null
          await plain.set.call(backend, record)
        },
      }
    },
    'a clear that comes late': backend => ({
      clear: async () => {
        for (let left = 100; left > 0; left--) await null
        await plain.clear.call(backend)
      },
    }),
    'records that go with the connection': backend => ({ close: () => void plain.clear.call(backend) }),
    'a setMany that stores one': backend => ({
      setMany: async ([first]) => (first ? plain.set.call(backend, first) : undefined),
    }),
    'a scan of all': backend => ({ scan: () => plain.getAll.call(backend) }),
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
