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

/** An invalid file of namespaces is the command line's fault, not the script's. */
class Unusable extends Error {}

function registerNamespaces(runner, { scriptId, namespaces }) {
  try {
    runner.state.registerNamespaces(scriptId, namespaces)
  } catch (error) {
    throw new Unusable(error.message)
  }
}

async function bytesOf(path) {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** What xtask is given, as the script asks for it. */
async function* stdin() {
  for (let part = await bytesOf('/stdin'); part.length > 0; part = await bytesOf('/stdin')) yield part
}

async function run() {
  const job = await (await fetch('/job.json')).json()
  const code = await bytesOf('/script')
  const { createRunner, ...backends } = await import('/package/index.js')
  const kinds = { indexeddb: 'IndexedDBBackend', memory: 'MemoryBackend', localstorage: 'LocalStorageBackend', opfs: 'OpfsBackend' }
  const runner = await createRunner({
    backend: new backends[kinds[job.backend]](),
    ...(job.artifact && { artifact: job.artifact }),
    onNotice: notice => say({ notice: String(notice.message) }),
  })
  if (job.namespaces) registerNamespaces(runner, job)
  for (const [at, name] of job.modules.entries()) {
    runner.modules.register(name, await bytesOf(`/module/${at}`))
  }
  const running = runner.run(code, {
    scriptId: job.scriptId,
    name: job.name,
    limits: job.limits,
    args: job.args,
    stdin: stdin(),
    onOutputBytes: chunk => socket.send(chunk),
    onStderr: text => say({ stderr: text }),
  })
  // What a script returns is not shown: that it cannot cross, such as a module's table of functions, is not a failure.
  await running.catch(error => {
    if (!(error.code === 'INVALID_VALUE' && /^result \d/.test(error.path))) throw error
  })
  await runner.close()
}

socket.onopen = () => {
  say({ alive: true })
  setInterval(() => say({ alive: true }), 2000)
  run().then(() => say({ done: true }), error => say(error instanceof Unusable ? { unusable: error.message } : describe(error)))
}
addEventListener('error', event => say(describe(event.error ?? event.message)))
