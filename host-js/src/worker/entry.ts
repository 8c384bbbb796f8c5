/** The worker's script: picks the artifact that the engine can run, and starts it. */

import { packView, unpack } from '../codec/packing.js'

type Artifact = 'jspi' | 'portable'

/** What wasm-bindgen's JavaScript exports for either artifact. */
interface Glue {
  default(options: { module_or_path: WebAssembly.Module }): Promise<unknown>
  /** Registers the actor. `enter` is what runs on a stack that can be suspended. */
  serve(packing: { pack: typeof packView; unpack: typeof unpack }, enter: unknown): void
  enter?: unknown
}

/** A function with a `try_table`: what only engines with standard exceptions accept. */
const STANDARD_EXCEPTIONS = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11,
])

async function start(): Promise<void> {
  const artifact = chosen() ?? best()
  const beside = (file: string) => new URL(file, import.meta.url).href
  // Neither waits for the other.
  const [glue, module]: [Glue, WebAssembly.Module] = await Promise.all([import(beside(`./${artifact}.js`)), load(beside(`./${artifact}.wasm`))])
  await glue.default({ module_or_path: module })
  glue.serve({ pack: packView, unpack }, glue.enter)
}

/** Compiles while it loads, where the server says what it is. */
async function load(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answers with status ${response.status}`)
  if (response.headers.get('content-type') === 'application/wasm') return await WebAssembly.compileStreaming(response)
  return await WebAssembly.compile(await response.arrayBuffer())
}

/** What the page asked for in the script's URL. */
function chosen(): Artifact | null {
  const artifact = new URLSearchParams(location.hash.slice(1)).get('artifact')
  return artifact === 'jspi' || artifact === 'portable' ? artifact : null
}

function best(): Artifact {
  return 'Suspending' in WebAssembly && WebAssembly.validate(STANDARD_EXCEPTIONS) ? 'jspi' : 'portable'
}

/** Tells the page, outside the protocol, that this worker is of no use any more. */
function fail(message: string): void {
  postMessage({ fatal: { code: 'WORKER_FAILED', message } })
}

// wasm-bindgen runs Rust's tasks by `queueMicrotask`. V8 makes a message for every exception that is
// thrown under a callback of the browser's, caught or not, and none under a promise's reaction:
// there a Lua error or a coroutine's yield costs a quarter.
const settled = Promise.resolve()
globalThis.queueMicrotask = task => void settled.then(task)

// A trap leaves the module in no state to go on. In a task, or on a stack that can be suspended, it
// is a rejection that nobody handles; in an event's handler it is an error.
addEventListener('error', ({ message }) => fail(`the worker failed: ${message}`))
addEventListener('unhandledrejection', ({ reason }) => fail(`the worker failed: ${String(reason)}`))

start().catch((cause: unknown) => fail(`the worker cannot load its WebAssembly module: ${String(cause)}`))
