// Writes batches until the browser is killed, or tells what is there afterwards.

import { createRunner, IndexedDBBackend, LocalStorageBackend, OpfsBackend } from '/package/index.js'

/** The records of each batch: they are there together or not at all. */
const SIZE = 5

const socket = new WebSocket('/socket')
const say = message => socket.send(JSON.stringify(message))
const job = new URLSearchParams(location.search)
const backend = { indexeddb: () => new IndexedDBBackend(), opfs: () => new OpfsBackend(), localstorage: () => new LocalStorageBackend() }[job.get('backend')]()

const record = (key, value) => ({ key, value, createdAt: 1, updatedAt: 2 })

/** Every batch has records of its own, and replaces the one that counts them all. */
const batch = number => [
  ...Array.from({ length: SIZE }, (_, index) => record(`batch ${number} ${index}`, 'x'.repeat(100 * (number % 20)))),
  record('last', number),
]

async function write() {
  const last = await backend.get('last')
  for (let number = (last?.value ?? 0) + 1; ; number++) {
    await backend.setMany(batch(number))
    say({ acknowledged: number })
  }
}

async function read() {
  const records = await backend.getAll()
  const last = records.find(({ key }) => key === 'last')?.value ?? 0
  const sizes = new Map()
  for (const { key } of records) {
    const number = Number(key.split(' ')[1])
    if (number) sizes.set(number, (sizes.get(number) ?? 0) + 1)
  }
  const broken = Array.from({ length: last }, (_, index) => index + 1).filter(number => sizes.get(number) !== SIZE)
  for (const number of sizes.keys()) if (number > last) broken.push(number)
  await backend.close()
  say({ last, broken })
}

async function tell() {
  const notices = []
  const runner = await createRunner({ backend, onNotice: ({ code }) => notices.push(code) })
  await runner.run('return State.get("script.main.anything")', { scriptId: 'main' })
  say({ notices })
}

socket.onopen = async () => {
  try {
    if (job.has('notices')) return await tell()
    await backend.init()
    await (job.has('write') ? write() : read())
  } catch (error) {
    say({ error: String(error?.message ?? error) })
  }
}
