// Writes batches until the browser is killed, or tells what is there afterwards.

import { createRunner, IndexedDBBackend, LocalStorageBackend, OpfsBackend } from '/package/index.js'
import { readBatches, writeBatches } from './batches.js'

const socket = new WebSocket('/socket')
const say = message => socket.send(JSON.stringify(message))
const job = new URLSearchParams(location.search)
const backend = { indexeddb: () => new IndexedDBBackend(), opfs: () => new OpfsBackend(), localstorage: () => new LocalStorageBackend() }[job.get('backend')]()

const write = () => writeBatches(backend, number => say({ acknowledged: number }))

async function read() {
  const found = await readBatches(backend)
  await backend.close()
  say(found)
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
