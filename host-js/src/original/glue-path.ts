/** Where the runner is loaded from: the URL of the worker's script. */

import { pageWorkerUrl, setPageWorkerUrl } from '../host/page-worker.js'
import { DEFAULT_WORKER_URL } from '../host/worker-url.js'

/** Where the runner is loaded from unless told otherwise. */
export const DEFAULT_GLUE_PATH: string = DEFAULT_WORKER_URL

/** Where the runner is loaded from unless told otherwise. */
export function getDefaultGluePath(): string {
  return DEFAULT_GLUE_PATH
}

/** Where the runner is loaded from. */
export function getGluePath(): string {
  return pageWorkerUrl()
}

/** Sets where the runner is loaded from. Throws once it has been loaded from elsewhere. */
export function setGluePath(path: string): void {
  setPageWorkerUrl(path)
}
