/** The contract of a backend whose engine several users share: `compareAndSet`, `changes` and what goes with them. */

import type { Change, StorageBackend, Swapped } from '../backends/storage-backend.js'
import type { StateRecord } from '../values/state-record.js'
import { type ConformanceTest, record, same, sorted } from './records.js'

/** Two users of one engine, which is empty. */
export interface SharedSetup {
  one: StorageBackend
  other: StorageBackend
  /** Cuts `one` off from the engine, in the middle of what is under way. Without it, nothing is tested of that. */
  cut?(): void | Promise<void>
  /** Ends that. */
  mend?(): void | Promise<void>
}

type Shared = StorageBackend & Required<Pick<StorageBackend, 'compareAndSet'>>

/** The tests. `make` is called for each; both backends are cleared and closed at the end. */
export function sharedConformanceTests(make: () => SharedSetup | Promise<SharedSetup>): ConformanceTest[] {
  return Object.entries(promises).map(([name, promise]) => ({
    name,
    async run() {
      const setup = await make()
      const { one, other } = setup
      await Promise.all([one.init(), other.init()])
      try {
        await promise({ ...setup, one: comparing(one), other: comparing(other) })
        await one.clear()
      } finally {
        one.close?.()
        other.close?.()
      }
    },
  }))
}

const promises: Record<string, (setup: SharedSetup & { one: Shared; other: Shared }) => Promise<void>> = {
  'gives each record a version, and another one with each write': async ({ one, other }) => {
    const versions = new Set<string>()
    for (const value of [1, 1, 2]) {
      await one.set(record('k', value))
      versions.add(await versionAt(other, 'k'))
    }
    same(versions.size, 3, 'the number of versions of three writes')
    const [listed] = await other.getAll()
    same(listed?.version, await versionAt(one, 'k'), 'the version in getAll')
  },

  'stores where the version is the one that was read, and nowhere else': async ({ one, other }) => {
    await one.set(record('k', 1))
    const version = await versionAt(one, 'k')
    const swapped = await other.compareAndSet('k', version, record('k', 2))
    same(swapped, { ok: true, version: await versionAt(one, 'k') }, 'compareAndSet of the version that is there')
    refused(await one.compareAndSet('k', version, record('k', 3)), record('k', 2), 'of an old version')
    refused(await one.compareAndSet('k', undefined, record('k', 3)), record('k', 2), 'of none where there is one')
    refused(await one.compareAndSet('none', version, record('none', 3)), undefined, 'of one where there is none')
    same(await other.get('k'), record('k', 2), 'get')
  },

  'creates and removes by the version': async ({ one, other }) => {
    const created = await one.compareAndSet('k', undefined, record('k', 1))
    if (!created.ok) throw new Error('compareAndSet of nothing where nothing is: it is refused')
    refused(await other.compareAndSet('k', 'no version', undefined), record('k', 1), 'removal of an unknown version')
    same((await other.compareAndSet('k', created.version, undefined)).ok, true, 'removal')
    same(await one.get('k'), undefined, 'get of what was removed')
    refused(await one.compareAndSet('k', created.version, record('k', 2)), undefined, 'of what was removed')
    same((await one.compareAndSet('k', undefined, record('k', 3))).ok, true, 'creation after a removal')
  },

  'lets one of several at the same time store, and answers the others with it': async ({ one, other }) => {
    for (let round = 0; round < 20; round++) {
      const swaps = [one, other, one, other].map((backend, index) =>
        backend.compareAndSet(`k${round}`, undefined, record(`k${round}`, index)),
      )
      const done = await Promise.all(swaps)
      same(done.filter(({ ok }) => ok).length, 1, 'the number of those that stored')
      const stored = await one.get(`k${round}`)
      for (const swap of done) if (!swap.ok) same(swap.current, stored, 'what is there')
    }
  },

  'loses no increment of two users': async ({ one, other }) => {
    const increment = async (backend: Shared) => {
      for (let times = 0; times < 100; times++) {
        for (let there = await backend.get('n'); ; ) {
          const next = record('n', Number(there?.value ?? 0) + 1)
          const swapped = await backend.compareAndSet('n', there?.version, next)
          if (swapped.ok) break
          there = swapped.current
        }
      }
    }
    await Promise.all([increment(one), increment(other)])
    same((await one.get('n'))?.value, 200, 'the sum')
  },

  'lets a renewed lease be': async ({ one, other }) => {
    await one.set({ ...record('lease', 1), expiresAt: Date.now() + 3_600_000 })
    const version = await versionAt(other, 'lease')
    const renewed = { ...record('lease', 2), expiresAt: Date.now() + 7_200_000 }
    same((await one.compareAndSet('lease', version, renewed)).ok, true, 'the renewal')
    refused(await other.compareAndSet('lease', version, undefined), renewed, 'the removal of what was renewed')
  },

  'tells the other user of what is written, with its version, and of what is removed': async ({ one, other }) => {
    const heard = listen(other)
    if (!heard) return
    await one.set(record('a', 1))
    await one.compareAndSet('b', undefined, record('b', 2))
    await one.set(record('a', 3))
    await one.delete('b')
    await heard.until(map => map.get('a')?.value === 3 && map.has('b') && map.get('b') === undefined)
    same(heard.map.get('a')?.version, await versionAt(other, 'a'), 'the version that was told')
    heard.end()
    await one.set(record('a', 4))
    await other.get('a')
    same(heard.map.get('a')?.value, 3, 'what is heard after the end')
  },

  'tells of each key in order': async ({ one, other }) => {
    const heard = listen(other)
    if (!heard) return
    for (let value = 0; value < 200; value++) await (value % 3 ? one : other).set(record(`k${value % 5}`, value))
    await heard.until(map => map.get('k4')?.value === 199)
    for (const [key, values] of heard.values)
      same(
        values,
        [...values].sort((a, b) => a - b),
        `the values of ${key}`,
      )
  },

  'misses nothing between the first change and the first reading': async ({ one, other }) => {
    let [goesOn, written] = [true, 0]
    const writing = (async () => {
      for (; goesOn; written++) await one.set(record(`k${written % 50}`, written))
    })()
    const read = new Map<string, StateRecord>()
    let heard: ReturnType<typeof listen> = null
    try {
      await one.get('k1')
      heard = listen(other)
      if (!heard) return
      for (const each of await other.getAll()) read.set(each.key, each)
      for (let times = 0; times < 50; times++) await other.get('k0')
    } finally {
      goesOn = false
      await writing
    }
    await one.set(record('end', 1))
    await heard.until(map => map.has('end'))
    for (const there of await one.getAll()) {
      const known = newer(read.get(there.key), heard.map.get(there.key))
      same(known, there, `what is known of ${there.key} after ${written} writes`)
    }
  },

  'tells of 10,000 records': async ({ one, other }) => {
    const heard = listen(other)
    if (!heard) return
    const records = Array.from({ length: 10_000 }, (_, index) => record(`k${String(index).padStart(5, '0')}`, index))
    if (one.setMany) await one.setMany(records)
    else await Promise.all(records.map(each => one.set(each)))
    await heard.until(map => map.size >= 10_000)
    same(sorted([...heard.map.values()].flatMap(each => each ?? [])), records, 'what was told')
  },

  'gives its records in pages': async ({ one, other }) => {
    if (!one.scanPage) return
    const records = Array.from({ length: 250 }, (_, index) => record(`p:${String(index).padStart(3, '0')}`, index))
    for (const each of records) await other.set(each)
    await other.set(record('q:1', 1))
    const [all, cursors]: [StateRecord[], Set<string>] = [[], new Set()]
    for (let cursor: string | undefined; ; ) {
      const page = await one.scanPage('p:', cursor, 100)
      if (page.records.length > 100) throw new Error(`a page of 100 has ${page.records.length} records`)
      all.push(...page.records)
      cursor = page.cursor
      if (cursor === undefined) break
      if (cursors.has(cursor)) throw new Error('the same page comes again')
      cursors.add(cursor)
    }
    same(sorted(all), records, 'all pages')
  },

  'transacts all or nothing': async ({ one, other }) => {
    if (!one.transact) return
    await other.set(record('a', 1))
    await other.set(record('b', 1))
    const version = await versionAt(one, 'a')
    const writes = ['a', 'c'].map(key => ({ key, next: record(key, 2) }))
    same(await one.transact([...writes, { key: 'b', next: undefined }]), { ok: true }, 'transact')
    same(
      sorted(await other.getAll()),
      writes.map(({ next }) => next),
      'what was transacted',
    )
    const refusal = await one.transact([
      { key: 'd', next: record('d', 3) },
      { key: 'a', next: record('a', 3), version },
    ])
    same(refusal, { ok: false, conflicts: ['a'] }, 'transact of an old version')
    same(
      sorted(await other.getAll()),
      writes.map(({ next }) => next),
      'after a conflict',
    )
  },

  'never guesses what has come of a call that was cut off, and goes on after it': async ({ one, other, cut, mend }) => {
    if (!cut || !mend) return
    const heard = listen(one)
    let sum = 0
    for (let round = 0; round < 5; round++) {
      const key = `k${round}`
      const swaps = Array.from({ length: 10 }, (_, index) =>
        one.compareAndSet(`${key}.${index}`, undefined, record(`${key}.${index}`, index)),
      )
      if (heard) heard.wasAll = false
      await cut()
      await other.set(record('while cut off', round))
      const mended = new Promise(resolve => setTimeout(resolve, 100)).then(mend)
      for (const [index, outcome] of (await Promise.allSettled(swaps)).entries()) {
        const there = await other.get(`${key}.${index}`)
        if (outcome.status === 'fulfilled') same(there !== undefined, outcome.value.ok, 'whether it is stored')
        else if (outcome.reason?.code !== 'OUTCOME_UNKNOWN' && there) throw new Error(`stored, but ${outcome.reason}`)
        sum += Number(there !== undefined)
      }
      await mended
      await heard?.until(map => heard.wasAll || map.get('while cut off')?.value === round)
    }
    same((await one.getAll()).length, sum + 1, 'the number of records')
  },
}

function comparing(backend: StorageBackend): Shared {
  if (!backend.compareAndSet) throw new Error('the backend has no compareAndSet')
  return backend as Shared
}

async function versionAt(backend: StorageBackend, key: string): Promise<string> {
  const version = (await backend.get(key))?.version
  if (typeof version !== 'string' || version === '') throw new Error(`the record of ${key} has no version: ${version}`)
  return version
}

function refused(swapped: Swapped, current: StateRecord | undefined, what: string): void {
  if (swapped.ok) throw new Error(`compareAndSet ${what}: it is stored`)
  same(swapped.current, current, `what is there after compareAndSet ${what}`)
  if (swapped.current && !swapped.current.version)
    throw new Error(`compareAndSet ${what}: what is there has no version`)
}

/** What is heard of a backend's changes; null of one that tells none. */
function listen(backend: StorageBackend) {
  const map = new Map<string, StateRecord | undefined>()
  const values = new Map<string, number[]>()
  const heard = { map, values, wasAll: false, until, end: () => {} }
  let wake = () => {}
  const hear = (changes: readonly Change[] | 'all') => {
    if (changes === 'all') heard.wasAll = true
    else {
      for (const { key, record: stored } of changes) {
        map.set(key, stored)
        if (stored) values.set(key, [...(values.get(key) ?? []), Number(stored.value)])
      }
    }
    wake()
  }
  async function until(is: (heard: typeof map) => boolean): Promise<void> {
    const late = performance.now() + 15_000
    while (!is(map)) {
      if (performance.now() > late) throw new Error('what was written is not heard within 15 s')
      await new Promise<void>(resolve => {
        wake = resolve
        setTimeout(resolve, 1_000)
      })
    }
  }
  const end = backend.changes?.(hear)
  return end ? Object.assign(heard, { end }) : null
}

/** The one with the higher number for its value. */
function newer(one: StateRecord | undefined, other: StateRecord | undefined): StateRecord | undefined {
  return Number(other?.value ?? -1) > Number(one?.value ?? -1) ? other : one
}
