/** Keys of State as stores. */

import { PermissionError, type StateStore } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { endWorker } from '../support/mortal-worker.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'

const main = { scriptId: 'main' }
const KEY = 'script.main.k'

/** What a store tells, from now on; `until` resolves once it has told this. */
function listen(store: StateStore) {
  const told: unknown[] = []
  const waiting = new Set<() => void>()
  const end = store.subscribe(value => {
    told.push(value)
    for (const look of waiting) look()
  })
  const until = (wanted: unknown) =>
    new Promise<void>(resolve => {
      const look = () => {
        if (JSON.stringify(told.at(-1)) === JSON.stringify(wanted)) resolve()
      }
      waiting.add(look)
      look()
    })
  return { told, until, end }
}

describe('a store', () => {
  it('tells what it holds at once, what is there, and each change by whomever', async () => {
    const runner = await start()
    await runner.state.set('main', KEY, 1)
    const { told, until } = listen(runner.state.observe(KEY))
    expect(told).toEqual([undefined])
    await until(1)
    await runner.run(`State.set("${KEY}", { a = 2 })`, main)
    await until({ a: 2 })
    await runner.state.delete('main', KEY)
    await until(undefined)

    expect(told).toEqual([undefined, 1, { a: 2 }, undefined])
  })

  it('is one and the same for a key, with one value until it changes', async () => {
    const runner = await start()
    await runner.state.set('main', KEY, { a: 1 })
    const store = runner.state.observe(KEY)
    const { until } = listen(store)
    await until({ a: 1 })
    const before = store.getSnapshot()
    await runner.state.set('main', KEY, { a: 1 })
    await runner.state.set('main', 'script.main.other', 1)
    await listen(runner.state.observe('script.main.other')).until(1)

    expect(runner.state.observe('main', KEY)).toBe(store)
    expect(store.getSnapshot()).toBe(before)
  })

  it('is not notified of the keys below its own', async () => {
    const runner = await start()
    const { told } = listen(runner.state.observe(KEY))
    await runner.state.set('main', `${KEY}.below`, 1)
    await listen(runner.state.observe(`${KEY}.below`)).until(1)

    expect(told).toEqual([undefined])
  })

  it('tells every listener until it ends, and reads again for the next', async () => {
    const runner = await start()
    const store = runner.state.observe(KEY)
    const [first, second] = [listen(store), listen(store)]
    await runner.state.set('main', KEY, 1)
    await Promise.all([first.until(1), second.until(1)])
    first.end()
    first.end()
    await runner.state.set('main', KEY, 2)
    await second.until(2)
    second.end()
    await runner.state.set('main', KEY, 3)
    const third = listen(store)
    await third.until(3)

    expect(first.told).toEqual([undefined, 1])
    expect(second.told).toEqual([undefined, 1, 2])
    expect(third.told).toEqual([2, 3])
  })

  it('holds what is there in the worker that replaces another', async () => {
    const backend = new MyCustomBackend()
    const runner = await start({ backend })
    await runner.state.set('main', KEY, 1)
    const { until } = listen(runner.state.observe(KEY))
    await until(1)
    endWorker()
    const records = await backend.getAll()
    for (const record of records) await backend.set({ ...record, value: 2 })
    await runner.run('return 1', main)

    await until(2)
  })

  it('is an observable', async () => {
    const runner = await start()
    const values: unknown[] = []
    const subscription = runner.state
      .observe(KEY)
      ['@@observable']()
      .subscribe({ next: value => values.push(value) })
    await runner.state.set('main', KEY, 1)
    await listen(runner.state.observe(KEY)).until(1)
    subscription.unsubscribe()
    await runner.state.set('main', KEY, 2)
    await listen(runner.state.observe(KEY)).until(2)

    expect(values).toEqual([undefined, 1])
  })

  it('of a key that the script may not read is refused', async () => {
    const runner = await start()
    runner.state.registerNamespaces('main', { 'my.secret': { read: false, write: true } })

    expect(() => runner.state.observe('main', 'my.secret.k')).toThrow(PermissionError)
    expect(() => runner.state.observe('main', 'script.other.k')).toThrow(PermissionError)
    expect(() => runner.state.observe('my.notes.k')).toThrow(/observe\(scriptId, key\)/)
  })
})
