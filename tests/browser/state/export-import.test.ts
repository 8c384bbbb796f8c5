/** Import into page-provided backends: all or nothing, as far as the backend lets us. */

import { type Runner, type StateRecord, type StorageBackend, StorageError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'

const record = (key: string, value: unknown, at: number): StateRecord => ({
  key: `main:script.main:${key}`,
  value,
  createdAt: at,
  updatedAt: at,
})
const OLD = [record('a', 'old', 1), record('b', 'old', 2), record('other', 'old', 3)]
const NEW = ['a', 'b', 'c', 'd'].map((key, index) => record(key, 'new', 10 + index))
const lines = (records: StateRecord[]) => records.map(each => `${JSON.stringify(each)}\n`).join('')

/** A backend that has no room after so many new records. */
class SmallBackend extends MyCustomBackend {
  room = Infinity

  override async set(each: StateRecord) {
    if (each.value === 'new' && this.room-- <= 0) throw new Error('it is full')
    await super.set(each)
  }
}

async function filled(backend: StorageBackend): Promise<Runner> {
  for (const each of OLD) await backend.set(each)
  return start({ backend })
}

async function expectOld(runner: Runner, backend: StorageBackend): Promise<void> {
  expect(await runner.state.records()).toEqual(OLD)
  expect((await backend.getAll()).sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(OLD)
}

describe('an import', () => {
  it('takes lines with fields that are not ours, or in another order', async () => {
    const runner = await start()
    const times = '"createdAt":1,"updatedAt":2'
    await runner.state.import(
      [
        `{"key":"main:script.main:a","value":{"x":1},"extra":"y",${times}}`,
        `{"key":"main:script.main:b","value":1,"value":2,${times}}`,
        `{${times},"value":[3],"key":"main:script.main:c"}`,
      ].join('\n'),
    )

    const keys = ['a', 'b', 'c'].map(key => runner.state.get('main', `script.main.${key}`))
    expect(await Promise.all(keys)).toEqual([{ x: 1 }, 2, [3]])
  })

  it('names the line of what is refused, and stores none', async () => {
    const runner = await start()
    const line = (key: string, value: string) => `{"key":"${key}","value":${value},"createdAt":1,"updatedAt":1}\n`
    const good = line('main:script.main:a', '1')
    const wrong: Array<[text: string | Uint8Array, path: RegExp]> = [
      [`${good}\n${line('main:script.main:b', '9007199254740993')}`, /^line 3/],
      [`${good}{"value":[-9007199254740993],"key":"main:script.main:b","createdAt":1,"updatedAt":1}`, /^line 2/],
      [`${good}\n${line('nonsense', '1')}`, /^line 3/],
      [`\n\n${good}${line('no script:script.main:b', '1')}`, /^line 4/],
      [good + line(`main:script.main:${'x'.repeat(4096)}`, '1'), /^line 2/],
      [Uint8Array.of(...new TextEncoder().encode(good), 0x22, 0xff, 0x22, 10), /^line 2/],
      [Uint8Array.of(...new TextEncoder().encode(good), 0xc3), /^line 2/],
    ]
    for (const [text, path] of wrong) {
      const failure = await failureOf(runner.state.import(text))

      expect(failure).toMatchObject({ name: 'ValueError' })
      expect(failure.message).toMatch(path)
    }
    expect(await runner.state.records()).toEqual([])
  })

  it('keeps texts of many digits, floats, and what was updated before it was created', async () => {
    const runner = await start()
    await runner.state.import(
      '{"key":"main:script.main:a","value":["9007199254740993",0.1234567890123456789,1e300],"createdAt":5,"updatedAt":1}',
    )

    expect(await runner.state.records()).toMatchObject([
      { value: ['9007199254740993', 0.12345678901234568, 1e300], createdAt: 5, updatedAt: 5 },
    ])
  })

  it('that refuses a line reads no further', async () => {
    const runner = await start()
    const cancelled = new Promise(resolve => {
      const stream = new ReadableStream<string>({
        pull: controller => controller.enqueue('no record\n'),
        cancel: resolve,
      })
      void failureOf(runner.state.import(stream)).then(({ message }) => expect(message).toContain('line 1'))
    })

    await cancelled
  })

  for (let room = 0; room < NEW.length; room++) {
    it(`that fails after ${room} records leaves a backend without setMany as it was`, async () => {
      const backend = new SmallBackend()
      const runner = await filled(backend)
      backend.room = room
      const failure = await failureOf(runner.state.import(lines(NEW)))

      expect(failure).toBeInstanceOf(StorageError)
      expect(failure).toMatchObject({ keys: NEW.map(({ key }) => key), cause: { message: 'it is full' } })
      await expectOld(runner, backend)
    })
  }

  it('that fails leaves alone what was written meanwhile', async () => {
    class Interrupted extends MyCustomBackend {
      override async set(each: StateRecord) {
        if (each.key.endsWith('c')) {
          await super.set(record('a', 'meanwhile', 99))
          throw new Error('it is full')
        }
        await super.set(each)
      }
    }
    const backend = new Interrupted()
    const runner = await filled(backend)
    await failureOf(runner.state.import(lines(NEW)))

    expect((await runner.state.records()).map(({ value }) => value)).toEqual(['meanwhile', 'old', 'old'])
  })

  it('is one call of a backend that has setMany, and trusts it', async () => {
    const calls: number[] = []
    class ManyBackend extends MyCustomBackend {
      async setMany(records: StateRecord[]) {
        calls.push(records.length)
        for (const each of records) await this.set(each)
      }
    }
    const backend = new ManyBackend()
    const runner = await start({ backend })
    expect(await runner.state.import(lines(NEW))).toBe(NEW.length)

    expect(calls).toEqual([NEW.length])
    expect(await runner.state.records()).toEqual(NEW)
  })

  it('tells how far it is, and what an export of it was', async () => {
    const runner = await start()
    const many = Array.from({ length: 2_500 }, (_, index) => record(String(index).padStart(4, '0'), index, 1))
    const read: number[] = []
    await runner.state.import(lines(many), { onProgress: ({ done }) => read.push(done) })
    const written: Array<[number, number | undefined]> = []
    const exported = await new Response(
      await runner.state.export({ onProgress: ({ done, total }) => written.push([done, total]) }),
    ).text()

    expect(read).toEqual([1_000, 2_000, 2_500])
    expect(written).toEqual([
      [1_000, 2_500],
      [2_000, 2_500],
      [2_500, 2_500],
    ])
    expect(exported).toBe(lines(many))
  })
})
