/** A worker's global scope, in a thread. */

import { readFile } from 'node:fs/promises'
import { parentPort, type TransferListItem } from 'node:worker_threads'
import { openFolder } from './files.js'
import { hear, requestLock } from './wishes.js'

/** Gives the thread the globals that worker and module use. */
export function openScope(name: string): void {
  const port = parentPort
  if (!port) throw new Error('this is the script of a thread')
  const scope = globalThis
  const Scope = { [Symbol.hasInstance]: (object: unknown) => object === scope }
  const globals: Record<string, unknown> = {
    self: scope,
    name,
    location: { hash: '' },
    navigator: { locks: { request: requestLock }, storage: { openFolder } },
    WorkerGlobalScope: Scope,
    DedicatedWorkerGlobalScope: Scope,
    onmessage: null,
    postMessage: (message: unknown, options?: { transfer?: TransferListItem[] }) =>
      port.postMessage(message, options?.transfer),
    // Deno's and Bun's own make more of it.
    addEventListener: scope.addEventListener ?? listen,
    fetch: withFiles(scope.fetch),
    MessageChannel: TurnChannel,
  }
  for (const [key, value] of Object.entries(globals)) {
    Object.defineProperty(scope, key, { value, writable: true, configurable: true })
  }
  port.on('message', (data: unknown) => {
    if (!hear(data)) (scope as { onmessage?: ((event: { data: unknown }) => void) | null }).onmessage?.({ data })
  })
}

/**
 * The channel by which the module waits for its next turn. Node's own ones handle a thousand messages in one go, also
 * those that come meanwhile: nothing else would have a turn between them.
 */
class TurnChannel {
  readonly port1: { onmessage: (() => void) | null } = { onmessage: null }
  readonly port2 = { postMessage: () => void setImmediate(() => this.port1.onmessage?.()) }
}

/** The events of failures, which a thread has of its own kind. */
function listen(type: string, listener: (event: { message?: string; reason?: unknown }) => void): void {
  if (type === 'error') process.on('uncaughtException', error => listener({ message: String(error) }))
  if (type === 'unhandledrejection') process.on('unhandledRejection', reason => listener({ reason }))
}

/** The package's modules are files. Scripts' modules are fetched by strings, and stay with the engine's `fetch`. */
function withFiles(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) =>
    input instanceof URL && input.protocol === 'file:' ? new Response(await readFile(input)) : fetch(input, init)
}
