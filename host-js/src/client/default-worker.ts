/** The worker that the module-level functions share with the backends that a page uses by itself. */

import { AlreadyStartedError } from '../errors/error-classes.js'
import { OWN_WORKER, resolveWorkerUrl, type WorkerUrl } from '../spawn/worker-url.js'
import { WorkerSupervisor } from './worker-supervisor.js'

let url: string | Exclude<WorkerUrl, string | URL> = OWN_WORKER

/** The page's worker. */
export const defaultWorker: WorkerSupervisor = /* @__PURE__ */ new WorkerSupervisor({ url: () => url })

/** The URL of its script. */
export function defaultWorkerUrl(): string {
  return String(url)
}

/** Sets the URL of its script. Throws once the worker was started, unless it is the same one. */
export function setDefaultWorkerUrl(to: WorkerUrl): void {
  const resolved = resolveWorkerUrl(to)
  if (String(resolved) === String(url)) return
  if (defaultWorker.started)
    throw new AlreadyStartedError('Cannot change the glue path after the runner has been loaded')
  url = resolved
}
