/** Where the runner is loaded from: the URL of the worker's script. */

import { defaultWorkerUrl, setDefaultWorkerUrl } from '../client/default-worker.js'
import { OWN_WORKER, type WorkerUrl } from '../spawn/worker-url.js'

/**
 * Where the runner is loaded from unless told otherwise. It stands for the package's own script,
 * wherever a bundler puts that.
 */
export const DEFAULT_GLUE_PATH: string = OWN_WORKER

/** Where the runner is loaded from unless told otherwise. */
export function getDefaultGluePath(): string {
  return DEFAULT_GLUE_PATH
}

/** Where the runner is loaded from. */
export function getGluePath(): string {
  return defaultWorkerUrl()
}

/** Sets where the runner is loaded from. Throws once it has been loaded from elsewhere. */
export function setGluePath(path: WorkerUrl): void {
  setDefaultWorkerUrl(path)
}
