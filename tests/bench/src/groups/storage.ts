/** Storage compared with IndexedDB by hand, idb-keyval and Dexie, all in this page. */

import type { StateRecord } from '../../../../host-js/src/values/state-record.js'
import stateGet from '../../scripts/state_get.lua'
import stateWrites from '../../scripts/state_writes.lua'
import { type Benchmark, type Contender, type Taken, timed } from '../benchmark.js'
import { type Database, dexie, idbKeyval, Raw, remove } from '../peers/indexeddb.js'
import * as ours from '../peers/ours.js'
import { framed, OURS, taken } from '../scripts.js'

/** Our database and folder, and the peers' database. */
const OURS_NAME = 'pubwiki-lua'
const THEIRS_NAME = 'bench'
const RECORDS = 10_000

/** Writing, opening and reading. */
export function storing(): Benchmark[] {
  return [
    {
      name: '10,000 records, durable',
      contenders: [
        { name: 'ours', once: () => writeByUs('indexeddb') },
        writing('raw, one transaction', name => Raw.open(name, 'all at once')),
        writing('idb-keyval', idbKeyval),
        writing('Dexie', dexie),
        writing('raw, one by one', name => Raw.open(name, 'one by one')),
      ],
    },
    {
      name: '10,000 records, durable, by OPFS',
      contenders: [
        { name: 'ours', once: () => writeByUs('opfs') },
        { name: 'ours, by IndexedDB', once: () => writeByUs('indexeddb') },
      ],
    },
    {
      name: 'open with 10,000 records',
      contenders: [
        { name: 'ours, over an empty one', prepare: fill, once: openByUs },
        { name: 'raw getAll', once: openRaw },
      ],
    },
    { name: '1e6 State.get of a loaded key', contenders: [{ name: 'ours', once: readByUs }] },
  ]
}

/** On an empty database, of which opening and closing are not measured. */
function writing(name: string, open: (database: string) => Promise<Database>): Contender {
  return {
    name,
    async once() {
      await remove(THEIRS_NAME)
      const made = records()
      const database = await open(THEIRS_NAME)
      const { ms } = await timed(() => database.write(made))
      database.close()
      return { ms, check: RECORDS }
    },
  }
}

/** The whole run is measured: the messages, the Lua state and the script's own work are in it. */
async function writeByUs(state: 'indexeddb' | 'opfs'): Promise<Taken> {
  if (state === 'indexeddb') await remove(OURS_NAME)
  else await removeFolder(OURS_NAME)
  const runner = await ours.start('package', state)
  try {
    return await timed(async () => (await ours.run(runner, stateWrites))[0])
  } finally {
    await runner.close()
  }
}

async function removeFolder(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory()
  await root.getDirectoryHandle(name, { create: true })
  await root.removeEntry(name, { recursive: true })
}

async function fill(): Promise<void> {
  await writeByUs('indexeddb')
  await remove(THEIRS_NAME)
  const database = await Raw.open(THEIRS_NAME, 'all at once')
  await database.write(records())
  database.close()
}

/** What the records add to the time from nothing to a runner that is ready. */
async function openByUs(): Promise<Taken> {
  const empty = await opening('memory')
  const full = await opening('indexeddb')
  return { ms: full.ms - empty.ms, check: full.check }
}

async function opening(state: ours.State): Promise<Taken> {
  const started = performance.now()
  const runner = await ours.start('package', state)
  const ms = performance.now() - started
  const [check] = await ours.run(runner, 'return #State.list("script.bench.")')
  await runner.close()
  return { ms, check }
}

async function openRaw(): Promise<Taken> {
  const database = await Raw.open(THEIRS_NAME, 'all at once')
  const taken = await timed(async () => (await database.getAll()).length)
  database.close()
  return taken
}

async function readByUs(): Promise<Taken> {
  const runner = await ours.start('package', 'memory')
  try {
    return taken(await ours.run(runner, framed(stateGet, OURS)))
  } finally {
    await runner.close()
  }
}

/** What the script writes, as the page's own code would. */
function records(): StateRecord[] {
  const now = Date.now()
  return Array.from({ length: RECORDS }, (_, index) => ({
    key: `bench:script.bench:item${index + 1}`,
    value: { level: index + 1, name: `player ${index + 1}` },
    createdAt: now,
    updatedAt: now,
  }))
}
