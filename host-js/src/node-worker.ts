/** The script of a thread: gives it a worker's global scope, and then runs the worker's own script. */

import { parentPort, workerData } from 'node:worker_threads'
import { openScope } from './node/scope.js'
import type { ThreadData } from './node/thread-worker.js'

const { script, name }: ThreadData = workerData

openScope(name)
import(script ?? new URL('./worker.js', import.meta.url).href).catch((cause: unknown) => {
  const message = `the worker's script cannot be loaded: ${String(cause)}`
  parentPort?.postMessage({ fatal: { code: 'WORKER_FAILED', message } })
})
