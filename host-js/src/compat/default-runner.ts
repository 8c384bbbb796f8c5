/** The one runner that all module-level functions share. */

import { DefaultBackend } from '#default-backend'
import { checkBackend } from '../backends/check-backend.js'
import type { StorageBackend } from '../backends/storage-backend.js'
import { defaultWorker, setDefaultWorkerUrl } from '../client/default-worker.js'
import { AlreadyStartedError } from '../errors/error-classes.js'
import { report } from '../errors/report.js'
import { toWireLimits } from '../session/run-limits.js'
import { Session } from '../session/session.js'
import type { WorkerUrl } from '../spawn/worker-url.js'
import { pageModules } from './modules.js'

let backend: StorageBackend | null = null
let session: Session | null = null
let loading: Promise<void> | null = null
let loaded = false
let closing: Promise<void> = Promise.resolve()

/**
 * Chooses where State lasts; IndexedDB when this is not called, and memory in Node, Deno and Bun. Throws once `loadRunner` or any
 * state call has begun; `resetRunnerState` allows it again.
 */
export function setStorageBackend(to: StorageBackend): void {
  if (session) throw new AlreadyStartedError('Cannot set storage backend after state manager has been initialized')
  checkBackend(to)
  backend = to
}

/**
 * Starts the runner; once is enough, and `runLua` does it too. `customPath` is as for
 * `setGluePath`.
 *
 * Rejects with a WorkerFailedError when the worker cannot start, and with a StorageError when
 * the backend's `init` fails; the next call tries again.
 */
export async function loadRunner(customPath?: WorkerUrl): Promise<void> {
  if (customPath !== undefined) setDefaultWorkerUrl(customPath)
  const current = defaultSession()
  const begun = (loading ??= load(current))
  try {
    await begun
  } catch (error) {
    if (loading === begun) loading = null
    throw error
  }
}

async function load(current: Session): Promise<void> {
  await current.client()
  if (session === current) loaded = true
}

/** Whether the runner has been started. */
export function isRunnerLoaded(): boolean {
  return loaded
}

/**
 * Forgets the runner: its runs are cancelled, its writes are made durable, and the next call
 * starts a new one on a backend that can be chosen again. Registered modules are forgotten too.
 */
export function resetRunnerState(): void {
  const old = session
  backend = session = loading = null
  loaded = false
  pageModules.clear()
  if (!old) return
  // The next session waits, so that it finds what this one still writes.
  closing = Promise.all([closing, old.close()]).then(() => undefined, report)
}

/** The session of the module-level functions, if anything has begun it. */
export function startedSession(): Session | null {
  return session
}

/** The session of the module-level functions. */
export function defaultSession(): Session {
  session ??= new Session(defaultWorker, {
    backend: backend ?? new DefaultBackend(),
    limits: toWireLimits(),
    allowSelfNamedScripts: true,
    after: closing,
    modules: pageModules,
  })
  return session
}
