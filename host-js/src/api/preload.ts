/** Workers that a page starts before it has a runner for them. */

import { ARTIFACTS } from '#spawn'
import type { Artifact } from '../generated/protocol.js'
import { preloadClient } from '../client/preloaded-clients.js'
import { checkOptions, checkWord } from '../checks/options.js'
import { OWN_WORKER, resolveWorkerUrl, type WorkerUrl } from '../spawn/worker-url.js'

/** Which worker to start: as the runner's options will say. */
export interface PreloadOptions {
  /** As `workerUrl` of `createRunner`. */
  workerUrl?: WorkerUrl | undefined
  /** As `artifact` of `createRunner`. */
  artifact?: Artifact | undefined
}

/**
 * Starts a worker and loads the WebAssembly module, so that the next `createRunner` with the same `workerUrl` and
 * `artifact` need not wait for them. Does nothing while such a worker waits already.
 *
 * What goes wrong is for `createRunner` to tell, which tries again. Throws an ArgumentError for what is no such option.
 */
export function preload(options: PreloadOptions = {}): void {
  checkOptions(options, 'options', { workerUrl: 'anything', artifact: 'anything' })
  const { workerUrl = OWN_WORKER, artifact } = options
  checkWord(artifact, 'artifact', ARTIFACTS)
  preloadClient(resolveWorkerUrl(workerUrl), artifact)
}
