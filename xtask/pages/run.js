// Runs the script that xtask serves, and tells xtask over a socket what comes of it.

const socket = new WebSocket('/socket')
socket.binaryType = 'arraybuffer'

const say = message => socket.send(JSON.stringify(message))

/** What xtask prints of an error: the page knows its code only when it is one of ours. */
const describe = error => ({
  error: {
    code: typeof error?.code === 'string' ? error.code : '',
    message: String(error?.message ?? error),
    ...(typeof error?.exitCode === 'number' && { exitCode: error.exitCode }),
    traceback: typeof error?.traceback === 'string' ? error.traceback : '',
  },
})

/** A file of namespaces that is none is the command line's fault, not the script's. */
class Unusable extends Error {}

function registerNamespaces(runner, { scriptId, namespaces }) {
  try {
    runner.state.registerNamespaces(scriptId, namespaces)
  } catch (error) {
    throw new Unusable(error.message)
  }
}

async function run() {
  const job = await (await fetch('/job.json')).json()
  const code = new Uint8Array(await (await fetch('/script')).arrayBuffer())
  const { createRunner, ...backends } = await import('/package/index.js')
  const kinds = { indexeddb: 'IndexedDBBackend', memory: 'MemoryBackend', localstorage: 'LocalStorageBackend', opfs: 'OpfsBackend' }
  const runner = await createRunner({
    backend: new backends[kinds[job.backend]](),
    ...(job.artifact && { artifact: job.artifact }),
    onNotice: notice => say({ notice: String(notice.message) }),
  })
  if (job.namespaces) registerNamespaces(runner, job)
  await runner.run(code, {
    scriptId: job.scriptId,
    name: job.name,
    limits: job.limits,
    onOutputBytes: chunk => socket.send(chunk),
    onStderr: text => say({ stderr: text }),
  })
  await runner.close()
}

socket.onopen = () => {
  say({ alive: true })
  setInterval(() => say({ alive: true }), 2000)
  run().then(() => say({ done: true }), error => say(error instanceof Unusable ? { unusable: error.message } : describe(error)))
}
addEventListener('error', event => say(describe(event.error ?? event.message)))
