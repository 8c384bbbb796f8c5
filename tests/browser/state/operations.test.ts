/** State's operations on the page, besides get and set. */

import { createRunner, IndexedDBBackend, PermissionError, ValueError } from 'pubwiki-lua'
import { expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

const main = { scriptId: 'main' }
const OPEN = { read: true, write: true, shared: true, persistent: true }

describe('update', () => {
  it('is atomic over scripts and the page', async () => {
    const runner = await start()
    const increment = (value: unknown) => Number(value ?? 0) + 1
    const inLua = runner.run(
      'for _ = 1, 20 do State.update("script.main.n", function(n) return (n or 0) + 1 end) end',
      main,
    )
    await Promise.all([
      inLua,
      ...Array.from({ length: 20 }, () => runner.state.update('main', 'script.main.n', increment)),
    ])

    expect(await runner.state.get('main', 'script.main.n')).toBe(40)
  })

  for (const key of ['script.main.n', 'temp.n']) {
    it(`of ${key} by a function that takes long lets others on, and takes what they set meanwhile`, async () => {
      const runner = await start()
      const slow = `local calls = 0
        local given = State.update("${key}", function(n)
          calls = calls + 1
          print("in")
          local since = os.clock()
          while os.clock() - since < 0.5 do end
          return (n or 0) + 1
        end)
        return calls, given`
      let begun = false
      const run = runner.run(slow, {
        ...main,
        onOutput: () => {
          if (!begun && key !== 'temp.n') void runner.state.set('main', key, 10)
          begun = true
        },
      })
      const beside = runner.run(`return State.update("${key}", function(n) return (n or 0) + 100 end)`, main)

      const taken = key !== 'temp.n'
      const { values } = await run
      const [first] = (await beside).values
      expect([
        [taken ? 2 : 1, taken ? 11 : 1],
        [2, 101],
      ]).toContainEqual(values)
      expect([100, 101, 110, 111]).toContain(first)
    })
  }

  it('gives the new value, and removes the key for undefined', async () => {
    const runner = await start()
    expect(await runner.state.update('main', 'script.main.n', () => ({ a: 1 }))).toEqual({ a: 1 })
    expect(await runner.state.update('main', 'script.main.n', () => undefined)).toBeUndefined()
    expect(await runner.state.list('main', '')).toEqual([])
  })

  it('releases the key when the function throws', async () => {
    const runner = await start()
    const cause = new Error('no')
    const failure = await failureOf(
      runner.state.update('main', 'script.main.n', () => {
        throw cause
      }),
    )

    expect(failure).toBe(cause)
    expect(await failureOf(runner.state.update('main', 'script.main.n', () => Number.NaN))).toBeInstanceOf(ValueError)
    expect(await runner.state.update('main', 'script.main.n', () => 1)).toBe(1)
  })
})

describe('watch', () => {
  it('hears of the changes of scripts and of the page, until it ends', async () => {
    const runner = await start()
    const heard: unknown[] = []
    const unwatch = runner.state.watch('main', 'script.main.*', (value, key) => heard.push([key, value]))
    await runner.state.set('main', 'script.main.a', [1])
    await runner.run('State.set("script.main.b", "x") State.delete("script.main.a")', main)
    expect(heard).toEqual([
      ['script.main.a', [1]],
      ['script.main.b', 'x'],
      ['script.main.a', undefined],
    ])
    unwatch()
    await runner.state.set('main', 'script.main.a', 2)

    expect(heard).toHaveLength(3)
  })

  it('throws at once for an invalid key', async () => {
    const runner = await start()

    for (const key of [undefined, null, 5]) {
      expect(() => runner.state.watch('main', key as never, () => undefined)).toThrow('keyOrPrefix: it takes a string')
    }
  })

  it('throws at once for what the script may not read', async () => {
    const runner = await start()

    expect(() => runner.state.watch('main', 'script.other.k', () => {})).toThrow(PermissionError)
    expect(() => runner.state.watch('no script', 'script.main.k', () => {})).toThrow(ValueError)
  })
})

describe('namespaces', () => {
  it('declared by the page hold for scripts at once', async () => {
    const runner = await start()
    runner.state.registerNamespaces('main', { 'my.game': OPEN, 'my.notes': { read: true, write: false } })
    await runner.run('State.set("my.game.score", 3)', main)
    const refusal = await failureOf(runner.run('State.set("my.notes.a", 1)', main))

    expect(runner.state.listNamespaces('main')).toEqual(['my.game', 'my.notes', 'script.main', 'temp'])
    expect(runner.state.listNamespaces('other')).toEqual(['my.game', 'script.other', 'temp'])
    expect(await runner.state.get('other', 'my.game.score')).toBe(3)
    expect(refusal).toBeInstanceOf(PermissionError)
    runner.state.unregisterScript('main')
    expect(runner.state.listNamespaces('main')).toEqual(['script.main', 'temp'])
    expect(await failureOf(runner.state.get('other', 'my.game.score'))).toBeInstanceOf(PermissionError)
  })

  it('declared by a script are known to the page when its run resolves', async () => {
    const runner = await start()
    await runner.run('State.register({["my.game"] = {read = true, write = true, shared = true}})', main)

    expect(runner.state.listNamespaces('other')).toContain('my.game')
    expect(() => runner.state.registerNamespaces('other', { 'my.game': { ...OPEN, write: false } })).toThrow(
      PermissionError,
    )
  })

  it('that are bad throw, and say why', async () => {
    const runner = await start()
    const refused: Array<[name: string, why: RegExp]> = [
      ['nodot', /at least|two or more parts/],
      ['a..b', /two or more parts/],
      ['system.x', /reserved/],
      ['_internal.x', /reserved/],
      ['script.other', /belongs to script/],
    ]
    for (const [name, why] of refused)
      expect(() => runner.state.registerNamespaces('main', { [name]: OPEN })).toThrow(why)
    expect(() => runner.state.registerNamespaces('main', { 'a.b': { ...OPEN, ttl: 0 } })).toThrow(/a\.b\.ttl/)
    expect(runner.state.listNamespaces('main')).toEqual(['script.main', 'temp'])
  })
})

describe('entries', () => {
  it('come in pages, by key or by time', async () => {
    const runner = await start()
    for (const key of ['b', 'a', 'c']) await runner.state.set('main', `script.main.${key}`, key)
    const first = await runner.state.entries('main', { limit: 2 })
    const second = await runner.state.entries('main', { limit: 2, ...(first.next ? { after: first.next } : {}) })

    expect([...first.entries, ...second.entries].map(({ record }) => record.value)).toEqual(['a', 'b', 'c'])
    expect(second.next).toBeUndefined()
    expect(first.entries[0]).toMatchObject({ key: 'script.main.a', record: { key: 'main:script.main:a' } })
  })
})

describe('export and import', () => {
  it('carry every record over, floats and all', async () => {
    const from = await start()
    await from.run('for i = 1, 2500 do State.set("script.main.k" .. i, {i, 1.0, "é\\n"}) end', main)
    const progress: number[] = []
    const exported = await new Response(
      await from.state.export({ onProgress: ({ done }) => progress.push(done) }),
    ).text()
    const to = await start()
    const count = await to.state.import(exported)

    expect(count).toBe(2500)
    expect(progress.at(-1)).toBe(2500)
    expect(await to.state.records()).toEqual(await from.state.records())
    expect((await to.run('return math.type(State.get("script.main.k7")[2])', main)).values).toEqual(['float'])
  })

  it('take all or nothing, and name the line', async () => {
    const runner = await start()
    const line = (record: object) =>
      `${JSON.stringify({ key: 'main:script.main:k', value: 1, createdAt: 1, updatedAt: 1, ...record })}\n`
    const bad = [line({ value: undefined }), line({ key: 1 }), 'no JSON\n', line({ createdAt: 'x' })]
    for (const text of bad) {
      expect(await failureOf(runner.state.import(line({}) + text))).toMatchObject({ path: 'line 2' })
    }
    expect(await failureOf(runner.state.import(line({}) + line({ key: 'no-namespace' })))).toBeInstanceOf(ValueError)
    expect(await runner.state.records()).toEqual([])
    expect(await runner.state.import(new Blob([line({})]))).toBe(1)
  })
})

describe('a script without an id', () => {
  it('is refused unless the runner allows it', async () => {
    const strict = await start()
    expect(await failureOf(strict.run('return 1', { scriptId: null }))).toBeInstanceOf(PermissionError)
    const runner = await start({ allowSelfNamedScripts: true })
    const { values } = await runner.run(
      'State.register("mine", {["my.game"] = {read = true, write = true}}) State.set("my.game.k", 1) return State.get("my.game.k")',
      { scriptId: null },
    )
    expect(values).toEqual([1])
    expect(await runner.state.get('mine', 'my.game.k')).toBe(1)
    expect(await failureOf(runner.run('State.get("script.mine.k")', { scriptId: null }))).toBeInstanceOf(
      PermissionError,
    )
  })
})

describe('durability', () => {
  it('can be strict', async () => {
    const database = `strict-${Date.now()}`
    const runner = await start({ backend: new IndexedDBBackend({ database }), durability: 'strict' })
    await runner.state.set('main', 'script.main.k', 1)
    const second = await createRunner({ artifact, backend: new IndexedDBBackend({ database }) })

    expect(await second.state.get('main', 'script.main.k')).toBe(1)
    await second.close()
    expect(await failureOf(start({ durability: 'eventual' as 'strict' }))).toBeInstanceOf(TypeError)
  })
})
