import { createRunner, IndexedDBBackend, MemoryBackend, PermissionError, ValueError } from 'pubwiki-lua'
import { expect, it } from '../harness/index.js'
import { artifact, start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

const main = { scriptId: 'main' }
const COUNT = `
  local visits = State.get("script.main.visits", 0) + 1
  State.set("script.main.visits", visits)
  return visits
`

let databases = 0

/** A database that no other test uses. */
function freshDatabase(): string {
  return `test-${Date.now()}-${databases++}`
}

describe('State', () => {
  it('lasts in IndexedDB from one runner to the next', async () => {
    const database = freshDatabase()
    const count = async () => {
      const runner = await createRunner({ artifact, backend: new IndexedDBBackend({ database }) })
      const { values } = await runner.run(COUNT, main)
      await runner.close()
      return values[0]
    }

    expect(await count()).toBe(1)
    expect(await count()).toBe(2)
    expect(await count()).toBe(3)
  })

  it('is durable when a run resolves: another worker finds it before the first is closed', async () => {
    const database = freshDatabase()
    const first = await start({ backend: new IndexedDBBackend({ database }) })
    await first.run(COUNT, main)
    const second = await start({ backend: new IndexedDBBackend({ database }) })

    expect((await second.run(COUNT, main)).values).toEqual([2])
  })

  it('in memory is new for every runner', async () => {
    for (const _ of [1, 2]) {
      const runner = await start({ backend: new MemoryBackend() })
      expect((await runner.run(COUNT, main)).values).toEqual([1])
    }
  })

  it('is the same for the page and for scripts', async () => {
    const runner = await start()
    await runner.state.set('main', 'script.main.from', { page: [1, null, 'x'] })
    const { values } = await runner.run(
      'State.set("script.main.to", {lua = 1.0}) return State.get("script.main.from").page',
      main,
    )

    expect(values).toEqual([[1, null, 'x']])
    expect(await runner.state.get('main', 'script.main.to')).toEqual({ lua: 1 })
    expect(await runner.state.list('main', 'script.main.')).toEqual(['script.main.from', 'script.main.to'])
    expect(await runner.state.delete('main', 'script.main.to')).toBe(true)
    expect(await runner.state.delete('main', 'script.main.to')).toBe(false)
    expect(await runner.state.get('main', 'script.main.to', 'none')).toBe('none')
    await runner.state.set('main', 'script.main.from', undefined)
    expect(await runner.state.get('main', 'script.main.from')).toBeUndefined()
  })

  it('keeps floats apart from integers, and __proto__ as a key', async () => {
    const runner = await start()
    await runner.run(
      'State.set("script.main.f", {1.0, 1, -0.0, ["x"] = nil}) State.set("script.main.p", {["__proto__"] = {a = 1}})',
      main,
    )
    const { values } = await runner.run(
      'local f = State.get("script.main.f") return math.type(f[1]), math.type(f[2]), 1 / f[3], State.get("script.main.p").__proto__.a',
      main,
    )

    expect(values).toEqual(['float', 'integer', -Infinity, 1])
    expect(Object.keys((await runner.state.get('main', 'script.main.p')) as object)).toEqual(['__proto__'])
  })

  it('refuses what cannot be stored with its path, in Lua and on the page', async () => {
    const runner = await start()
    const inLua = await failureOf(runner.run('State.set("script.main.k", {a = {1, 0/0}})', main))
    const onPage = await failureOf(runner.state.set('main', 'script.main.k', { a: [1, Number.NaN] }))

    expect(inLua).toBeInstanceOf(ValueError)
    expect(inLua).toMatchObject({ path: expect.stringContaining('.a[2]') })
    expect(onPage).toBeInstanceOf(ValueError)
    expect(onPage).toMatchObject({ path: 'value.a[1]' })
  })

  it("keeps a script from what is another's", async () => {
    const runner = await start()

    expect(await failureOf(runner.run('State.set("script.other.k", 1)', main))).toBeInstanceOf(PermissionError)
    expect(await failureOf(runner.state.get('main', 'nobody.declared.k'))).toBeInstanceOf(PermissionError)
  })

  it("waits in the script's own coroutines", async () => {
    const runner = await start()
    await runner.state.set('main', 'script.main.k', 'v')
    const { values } = await runner.run(
      `
      local co = coroutine.wrap(function()
        sleep(1)
        coroutine.yield(State.get("script.main.k"))
        sleep(1)
        State.set("script.main.k", "w")
        coroutine.yield(State.get("script.main.k"))
      end)
      return co(), co(), coroutine.isyieldable()
      `,
      main,
    )

    expect(values.slice(0, 2)).toEqual(['v', 'w'])
  })
})
