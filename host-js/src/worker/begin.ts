/** Starts the actor in a worker, and tells the page of a failure that ends it. */

import { packView, unpack } from '../codec/packing.js'

/** How the actor's frames are posted. */
export interface Packing {
  pack: typeof packView
  unpack: typeof unpack
}

/** From here on a frame is handed over, in bytes: to hand over a small one costs more than to copy it. */
const LARGE = 4096

/** Serves a module, with the JavaScript that wasm-bindgen made for it. */
export function begin(
  glue: typeof import('glue/*'),
  loading: Promise<WebAssembly.Module>,
  loadCompiler?: () => Promise<WebAssembly.Module>,
): void {
  // wasm-bindgen runs Rust's tasks by `queueMicrotask`. V8 makes a message for every exception that is
  // thrown under a callback of the browser's, caught or not, and none under a promise's reaction:
  // there a Lua error or a coroutine's yield costs a quarter.
  const settled = Promise.resolve()
  globalThis.queueMicrotask = task => void settled.then(task)

  // packView has made a copy of its own: transferring that saves two more copies, one of them the page's.
  const post = globalThis.postMessage
  globalThis.postMessage = (message: unknown) => {
    if (message instanceof Uint8Array && message.length >= LARGE) post(message, { transfer: [message.buffer] })
    else post(message)
  }

  // The page of a browser that may fail to end workers has this one hold a lock while it lives: it says so first, or never.
  addEventListener('message', hold, { once: true })

  // A trap leaves the module in no state to go on. In a task, or on a stack that can be suspended, it
  // is a rejection that nobody handles; in an event's handler it is an error.
  addEventListener('error', ({ message }) => fail(`the worker failed: ${message}`))
  addEventListener('unhandledrejection', ({ reason }) => fail(`the worker failed: ${String(reason)}`))

  loading
    .then(module => {
      glue.default({ module_or_path: module })
      glue.serve({ pack: packView, unpack }, glue.enter, loadCompiler)
    })
    .catch((cause: unknown) => fail(`the worker cannot load its WebAssembly module: ${String(cause)}`))
}

/** Holds the lock that a message names, if it does, and keeps it from the actor. */
function hold(message: MessageEvent<unknown>): void {
  const { data } = message
  if (typeof data !== 'object' || data === null || !('hold' in data) || typeof data.hold !== 'string') return
  message.stopImmediatePropagation()
  // Where locks are refused, the page does not get it either, and takes that for an end.
  navigator.locks.request(data.hold, () => new Promise<never>(() => {})).catch(() => undefined)
}

/** Tells the page, outside the protocol, that this worker cannot go on. */
function fail(message: string): void {
  postMessage({ fatal: { code: 'WORKER_FAILED', message } })
}
