/** A browser that has no room left: what was acknowledged stays, and what is removed makes room. */

import {
  createRunner,
  IndexedDBBackend,
  LocalStorageBackend,
  OpfsBackend,
  type Runner,
  type StorageBackend,
  StorageError,
} from 'pubwiki-lua'
import { afterEach, beforeEach, describe, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'
import { DevTools } from '../support/devtools.js'
import { failureOf } from '../support/failure-of.js'
import { noise } from '../support/noise.js'

const main = { scriptId: 'main' }

/** What a set was refused with; null when it was not. */
async function set(runner: Runner, key: string, value: string): Promise<StorageError | null> {
  try {
    await runner.state.set('main', key, value)
    return null
  } catch (error) {
    if (error instanceof StorageError) return error
    throw error
  }
}

/** Stores until nothing more goes in, however small. Gives what was acknowledged, by key. */
async function fill(runner: Runner): Promise<Record<string, string>> {
  const acknowledged: Record<string, string> = {}
  for (const size of [200_000, 20_000, 2_000, 200, 20]) {
    for (let number = 0; ; number++) {
      const [key, value] = [`script.main.${size}-${number}`, noise(size)]
      const failure = await set(runner, key, value)
      if (failure) {
        expect(failure).toMatchObject({
          operation: 'write',
          keys: [key.replace('script.main.', 'main:script.main:')],
          cause: { name: 'QuotaExceededError' },
        })
        expect(failure.message).toContain('is full')
        break
      }
      acknowledged[key] = value
    }
  }
  return acknowledged
}

async function stored(runner: Runner): Promise<Record<string, unknown>> {
  const { entries } = await runner.state.entries('main')
  return Object.fromEntries(entries.map(({ key, record }) => [key, record.value]))
}

const name = () => `quota-${Math.random()}`
const kinds: Record<string, { quota: number | null; make: () => StorageBackend }> = {
  IndexedDBBackend: { quota: 3_000_000, make: () => new IndexedDBBackend({ database: name() }) },
  OpfsBackend: { quota: 3_000_000, make: () => new OpfsBackend({ folder: name() }) },
  // Its 5 MiB are apart from the quota.
  LocalStorageBackend: { quota: null, make: () => new LocalStorageBackend(`${name()}:`) },
}

/**
 * One for all tests. Between them the quota stays: Chromium remembers for a while how much room a database has, and
 * would take what is written into it in the next test for that of a browser without one.
 */
let connected: Promise<DevTools> | undefined

for (const [kind, { quota, make }] of Object.entries(kinds)) {
  describe(`a full ${kind}`, () => {
    let tools: DevTools
    let runner: Runner
    let backend: StorageBackend

    beforeEach(async () => {
      tools = await (connected ??= DevTools.connect())
      const { usage = 0 } = await navigator.storage.estimate()
      await tools.setQuota(quota === null ? undefined : usage + quota)
      backend = make()
      runner = await createRunner({ artifact, backend })
    })

    afterEach(async () => {
      await runner.state.clear()
      await runner.close()
    })

    it('refuses what has no room, and has all that it acknowledged', async () => {
      const acknowledged = await fill(runner)
      expect(Object.keys(acknowledged).length).toBeGreaterThan(10)
      expect(await stored(runner)).toEqual(acknowledged)
      await runner.close()
      runner = await createRunner({ artifact, backend })

      expect(await stored(runner)).toEqual(acknowledged)
    })

    it('makes a run reject that stores too much, with nothing there of what it names, and all else', async () => {
      await runner.state.set('main', 'script.main.kept', 'acknowledged')
      runner.registerFunction('noise', length => noise(Number(length)))
      const code = `
        local parts = {}
        for n = 1, 8 do parts[n] = host.noise(n == 4 and 12000000 or 200000) end
        State.set("script.main.kept", "new")
        for n = 1, 8 do State.set("script.main.part" .. n, parts[n]) end`
      const failure = await failureOf(runner.run(code, main))
      expect(failure).toBeInstanceOf(StorageError)
      expect(failure).toMatchObject({ operation: 'write', cause: { name: 'QuotaExceededError' } })
      // How much goes into one batch depends on how fast the script is, and browsers note late what has come and
      // gone: one part is too large by itself.
      const refused = failure instanceof StorageError ? failure.keys : []
      const written = Array.from({ length: 8 }, (_, index) => `part${index + 1}`).filter(
        part => !refused.includes(`main:script.main:${part}`),
      )
      const { 'script.main.kept': kept, ...parts } = await stored(runner)

      expect(kept).toBe(refused.includes('main:script.main:kept') ? 'acknowledged' : 'new')
      expect(Object.keys(parts)).toEqual(written.map(part => `script.main.${part}`))
      expect(written.length).toBeLessThan(8)
    })

    it('takes more once something was removed', async () => {
      const acknowledged = await fill(runner)
      const keys = Object.keys(acknowledged)
      for (const key of keys.slice(0, keys.length / 2)) {
        expect(await runner.state.delete('main', key)).toBe(true)
        delete acknowledged[key]
      }
      acknowledged['script.main.new'] = noise(20_000)
      expect(await set(runner, 'script.main.new', acknowledged['script.main.new'])).toBeNull()
      expect(await stored(runner)).toEqual(acknowledged)
      await runner.close()
      runner = await createRunner({ artifact, backend })

      expect(await stored(runner)).toEqual(acknowledged)
    })

    it('takes more once it was cleared', async () => {
      await fill(runner)
      await runner.state.clear()
      expect(await set(runner, 'script.main.new', noise(200_000))).toBeNull()
      expect(Object.keys(await stored(runner))).toEqual(['script.main.new'])
    })
  })
}
