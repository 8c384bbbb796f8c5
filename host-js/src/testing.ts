/**
 * The contract of a storage backend, as tests for one that you write yourself:
 *
 *     import { conformanceTests } from 'pubwiki-lua/testing'
 *
 *     for (const { name, run } of conformanceTests(() => new MyBackend())) it(name, run)
 *
 * `sharedConformanceTests` has those of a backend whose engine several users share.
 *
 * @module pubwiki-lua/testing
 */

import type { StorageBackend } from './backends/storage-backend.js'
import { type ConformanceTest, holds, record, same, sorted } from './conformance/records.js'
import type { StateRecord } from './values/state-record.js'

export type { ConformanceTest } from './conformance/records.js'
export { type SharedSetup, sharedConformanceTests } from './conformance/shared.js'

/** The tests. `make` is called for each; what it gives must be empty, and is cleared and closed at the end. */
export function conformanceTests(make: () => StorageBackend | Promise<StorageBackend>): ConformanceTest[] {
  return Object.entries(promises).map(([name, promise]) => ({
    name,
    async run() {
      const backend = await make()
      await backend.init()
      try {
        await promise(backend)
        await backend.clear()
      } finally {
        backend.close?.()
      }
    },
  }))
}

const promises: Record<string, (backend: StorageBackend) => Promise<void>> = {
  'gives back a record as it was stored': async backend => {
    const plain = record('test:default:foo', 'bar')
    const expiring: StateRecord = { ...record('test:default:old', 1), createdAt: 1.5, expiresAt: 2.25 }
    await backend.set(plain)
    await backend.set(expiring)
    await holds(backend, [plain, expiring])
  },

  'says undefined of what is not there': async backend => {
    same(await backend.get('none'), undefined, 'get of a key that was never stored')
    same(await backend.getAll(), [], 'getAll of an empty backend')
    await backend.delete('none')
  },

  'replaces a record': async backend => {
    await backend.set({ ...record('k', 'a'), expiresAt: 9 })
    await backend.set(record('k', 'b'))
    await holds(backend, [record('k', 'b')])
  },

  'removes a record and nothing else': async backend => {
    for (const key of ['a', 'b', 'c']) await backend.set(record(key, key))
    await backend.delete('b')
    await backend.delete('b')
    await holds(backend, [record('a', 'a'), record('c', 'c')])
    same(await backend.get('b'), undefined, 'get after delete')
  },

  'removes all records': async backend => {
    for (const key of ['a', 'b']) await backend.set(record(key, key))
    await backend.clear()
    await holds(backend, [])
    same(await backend.get('a'), undefined, 'get after clear')
    await backend.set(record('a', 'again'))
    await holds(backend, [record('a', 'again')])
  },

  'takes any string as a key': async backend => {
    const records = ODD_KEYS.map((key, index) => record(key, index))
    for (const each of records) await backend.set(each)
    await holds(backend, records)
    for (const key of ODD_KEYS) await backend.delete(key)
    await holds(backend, [])
  },

  'keeps 0, false, empty texts, null and all else that JSON has': async backend => {
    const records = VALUES.map((value, index) => record(`value ${index}`, value))
    for (const each of records) await backend.set(each)
    await holds(backend, records)
  },

  'keeps a value of 1 MiB': async backend => {
    const large = record('large', 'x'.repeat(1 << 20))
    await backend.set(large)
    await holds(backend, [large])
  },

  'keeps 10,000 records': async backend => {
    const records = Array.from({ length: 10_000 }, (_, index) => record(`key ${String(index).padStart(5, '0')}`, index))
    if (backend.setMany) await backend.setMany(records)
    else await Promise.all(records.map(each => backend.set(each)))
    const all = await backend.getAll()
    same(all.length, records.length, 'the number of records')
    same(sorted(all), records, 'getAll')
  },

  'keeps every record of writers at the same time': async backend => {
    const records = Array.from({ length: 200 }, (_, index) => record(`key ${String(index).padStart(3, '0')}`, index))
    await Promise.all(records.map(each => backend.set(each)))
    await holds(backend, records)
  },

  'lets the last of several writes to one key count': async backend => {
    const writes = Array.from({ length: 50 }, (_, index) => backend.set(record('k', index)))
    await Promise.all(writes)
    await holds(backend, [record('k', 49)])
    await Promise.all([backend.set(record('k', 'gone')), backend.delete('k')])
    await holds(backend, [])
  },

  'has nothing from before a clear among writes': async backend => {
    const before = [1, 2, 3].map(index => backend.set(record(`before ${index}`, index)))
    const clear = backend.clear()
    const after = [1, 2, 3].map(index => backend.set(record(`later ${index}`, index)))
    await Promise.all([...before, clear, ...after])
    await holds(
      backend,
      [1, 2, 3].map(index => record(`later ${index}`, index)),
    )
  },

  'has its records after it was closed and opened again': async backend => {
    await backend.set(record('kept', 'v'))
    await backend.set(record('removed', 'v'))
    await backend.delete('removed')
    backend.close?.()
    await backend.init()
    await holds(backend, [record('kept', 'v')])
  },

  'does several things at once, where it can': async backend => {
    const records = ['p:1', 'p:2', 'q:1'].map(key => record(key, key))
    for (const each of records) await backend.set(each)
    if (backend.getMany)
      same(sorted(await backend.getMany(['q:1', 'none', 'p:1'])), [records[0], records[2]], 'getMany')
    if (backend.scan) same(sorted(await backend.scan('p:')), records.slice(0, 2), 'scan')
    if (backend.setMany) {
      await backend.setMany([record('p:2', 'new'), record('r:1', 'new')])
      await holds(backend, [record('p:1', 'p:1'), record('p:2', 'new'), record('q:1', 'q:1'), record('r:1', 'new')])
      await backend.setMany([])
    }
    if (backend.deleteMany) {
      await backend.deleteMany(['p:1', 'none', 'q:1'])
      same(
        sorted(await backend.getAll()).some(({ key }) => key === 'p:1' || key === 'q:1'),
        false,
        'deleteMany',
      )
    }
  },
}

const ODD_KEYS = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'a:b:c',
  'a.b.c',
  "it's",
  '"quoted"',
  '\\',
  'a/b?c=d&e#f%20',
  'ключ',
  'é',
  'e\u0301',
  '日本',
  '🦀',
  '\uffff',
  'line\nbreak',
  'nul\0',
  'k'.repeat(2000),
]

const VALUES: unknown[] = [
  0,
  -1,
  1.5,
  1e300,
  Number.MAX_SAFE_INTEGER,
  false,
  true,
  '',
  'text\0 with "quotes" and 🦀',
  null,
  [],
  {},
  [null, [[]], { a: { b: [0, false, '', null] } }],
  JSON.parse('{ "__proto__": 1, "constructor": 2, "": 3, "1": 4 }'),
]
