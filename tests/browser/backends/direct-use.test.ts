/** The built-in backends by themselves, as calls to the page's worker. */

import { IndexedDBBackend, MemoryBackend, type StateRecord, type StorageBackend } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

const kinds: Record<string, () => MemoryBackend | IndexedDBBackend> = {
  MemoryBackend: () => new MemoryBackend(),
  IndexedDBBackend: () => new IndexedDBBackend({ database: `alone-${Math.random()}` }),
}

function record(key: string, value: unknown, rest: Partial<StateRecord> = {}): StateRecord {
  return { key, value, createdAt: 1, updatedAt: 2, ...rest }
}

for (const [name, make] of Object.entries(kinds)) {
  describe(`${name} by itself`, () => {
    it('gives back what it was given', async () => {
      const backend = make()
      await backend.init()
      const records = [
        record('a', null),
        record('b', { nested: [1, 2.5, 'x', { y: false }] }, { expiresAt: 3.5 }),
        record('é🦀\0', ''),
        record('', -0),
      ]
      for (const each of records) await backend.set(each)

      for (const each of records) expect(await backend.get(each.key)).toStrictEqual(each)
      expect((await backend.getAll()).map(({ key }) => key)).toEqual(['', 'a', 'b', 'é🦀\0'])
      expect(await backend.get('b')).toStrictEqual(records[1])
      expect(await backend.get('none')).toBeUndefined()
    })

    it('does several at once', async () => {
      const backend = make()
      await backend.init()
      await backend.setMany([record('p:1', 1), record('p:2', 2), record('q:1', 3)])

      expect((await backend.scan('p:')).map(({ key }) => key)).toEqual(['p:1', 'p:2'])
      expect((await backend.getMany(['q:1', 'none', 'p:1'])).map(({ value }) => value).sort()).toEqual([1, 3])
      await backend.deleteMany(['p:1', 'none'])
      expect((await backend.getAll()).map(({ key }) => key)).toEqual(['p:2', 'q:1'])
    })

    it('still has its records after it was closed and is used again', async () => {
      const backend: StorageBackend = make()
      await backend.init()
      await backend.set(record('k', 'v'))
      backend.close?.()
      await backend.init()

      expect(await backend.get('k')).toEqual(record('k', 'v'))
    })

    it('refuses an invalid record', async () => {
      const backend = make()
      await backend.init()
      const wrong: unknown[] = [null, {}, { key: 'k' }, { ...record('k', 1), createdAt: 'x' }]
      for (const each of wrong) expect(await failureOf(backend.set(each as StateRecord))).toBeInstanceOf(TypeError)
      expect(await failureOf(backend.set(record('k', () => 1)))).toMatchObject({
        code: 'INVALID_VALUE',
        path: 'record.value',
      })
      // A worker could not be notified of it: no runner would open on the backend again.
      expect(await failureOf(backend.set(record('\ud800', 1)))).toMatchObject({
        code: 'INVALID_VALUE',
        path: 'record.key',
      })
    })
  })
}
