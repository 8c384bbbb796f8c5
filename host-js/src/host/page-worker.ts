/** The worker that the module-level functions share with the backends that a page uses by itself. */

import { ClientSource } from './client-source.js'
import { DEFAULT_WORKER_URL, resolveWorkerUrl } from './worker-url.js'

let url = DEFAULT_WORKER_URL

/** The page's worker. */
export const pageWorker = new ClientSource({ url: () => url })

/** The URL of its script. */
export function pageWorkerUrl(): string {
  return url
}

/** Sets the URL of its script. Throws once the worker was started, unless it is the same one. */
export function setPageWorkerUrl(to: string): void {
  const resolved = resolveWorkerUrl(to)
  if (resolved === url) return
  if (pageWorker.started) throw new Error('Cannot change the glue path after the runner has been loaded')
  url = resolved
}
