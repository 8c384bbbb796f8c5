/** The playground: an editor, a runner, and what comes of it. */

import { createRunner, IndexedDBBackend, MemoryBackend } from 'pubwiki-lua'
import { examples } from './examples.js'
import { MapBackend } from './map-backend.js'
import { OutputPane } from './output.js'
import { StatePane } from './state.js'

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function find(id, type) {
  const element = document.getElementById(id)
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} called ${id}`)
  return element
}

const code = find('code', HTMLTextAreaElement)
const lines = find('lines', HTMLPreElement)
const example = find('example', HTMLSelectElement)
const scriptId = find('script-id', HTMLInputElement)
const backend = find('backend', HTMLSelectElement)
const artifact = find('artifact', HTMLSelectElement)
const run = find('run', HTMLButtonElement)
const cancel = find('cancel', HTMLButtonElement)
const status = find('status', HTMLSpanElement)
const stats = find('stats', HTMLSpanElement)
const output = new OutputPane(find('output', HTMLDivElement))

const server = find('server', HTMLInputElement)
const shared = new StatePane(find('state', HTMLDListElement))

const ofThisPage = new MapBackend()
const backends = {
  indexeddb: () => new IndexedDBBackend(),
  memory: () => new MemoryBackend(),
  page: () => ofThisPage,
  nats: async () => {
    const { NatsBackend } = await import('pubwiki-lua/nats')
    return new NatsBackend({ servers: server.value, bucket: 'playground', create: true })
  },
}

/** @typedef {import('pubwiki-lua').Runner} Runner */

/** @type {Promise<Runner> | null} */
let runner = null
/** @type {import('pubwiki-lua').Run | null} */
let current = null

/** @returns {Promise<Runner>} */
function start() {
  const made = open().then(made => {
    made.registerFunction('userAgent', () => navigator.userAgent)
    made.registerFunction('ask', question => prompt(String(question)))
    return made
  })
  runner = made
  // The next run tries again.
  made.catch(() => {
    if (runner === made) runner = null
  })
  return made
}

async function open() {
  const made = await createRunner({
    backend: await backends[/** @type {keyof typeof backends} */ (backend.value)](),
    artifact: /** @type {import('pubwiki-lua').Artifact} */ (artifact.value) || undefined,
    onNotice: ({ message }) => output.print(`[${message}]\n`),
  })
  if (backend.value === 'nats') await shared.show(made, scriptId.value, () => current !== null)
  return made
}

async function execute() {
  if (current || !scriptId.reportValidity() || !server.reportValidity()) return
  output.clear()
  stats.textContent = ''
  status.textContent = 'Starting…'
  run.disabled = true
  try {
    const ready = await (runner ?? start())
    current = ready.run(code.value, { scriptId: scriptId.value, name: 'script', onOutput: text => output.print(text) })
    cancel.disabled = false
    status.textContent = 'Running…'
    const result = await current
    output.returned(result.values)
    status.textContent = 'Done'
    stats.textContent = describe(result.stats)
  } catch (error) {
    output.failed(error)
    status.textContent = 'Failed'
  } finally {
    current = null
    run.disabled = false
    cancel.disabled = true
  }
}

/** @param {import('pubwiki-lua').RunStats} took */
function describe({ wallMs, cpuMs, peakMemoryBytes, reads, writes }) {
  const parts = [
    `${wallMs.toFixed(1)} ms`,
    `${cpuMs.toFixed(1)} ms of work`,
    `${(peakMemoryBytes / 1024).toFixed(0)} KiB`,
    count(reads, 'read'),
    count(writes, 'write'),
  ]
  return parts.join('  ·  ')
}

/**
 * @param {number} number
 * @param {string} noun
 */
function count(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Another backend or build is another runner. */
function restart() {
  const old = runner
  runner = null
  shared.hide()
  const isNats = backend.value === 'nats'
  find('server-field', HTMLLabelElement).hidden = !isNats
  server.required = isNats
  // What others write is shown without a run.
  if (isNats && server.value !== '' && server.reportValidity()) start().catch(error => output.failed(error))
  old?.then(old => old.close()).catch(error => output.failed(error))
}

function numberLines() {
  const count = code.value.split('\n').length
  lines.textContent = Array.from({ length: count }, (_, index) => index + 1).join('\n')
}

for (const [index, [name]] of examples.entries()) example.add(new Option(name, String(index)))
example.addEventListener('change', () => {
  code.value = examples[Number(example.value)]?.[1] ?? ''
  numberLines()
})
code.addEventListener('input', numberLines)
code.addEventListener('scroll', () => {
  lines.scrollTop = code.scrollTop
})
code.addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    void execute()
  }
})
run.addEventListener('click', () => void execute())
cancel.addEventListener('click', () => current?.cancel())
find('clear', HTMLButtonElement).addEventListener('click', () => output.clear())
backend.addEventListener('change', restart)
artifact.addEventListener('change', restart)
server.addEventListener('change', restart)
scriptId.addEventListener('change', restart)

code.value = examples[0]?.[1] ?? ''
numberLines()
