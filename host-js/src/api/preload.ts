/** Starts a worker before there is a runner for it. */

import { ARTIFACTS } from '#spawn'
import { checkOptions, checkWord } from '../checks/options.js'
import { preloadClient } from '../client/preloaded-clients.js'
import type { Artifact } from '../generated/protocol.js'
import { OWN_WORKER, resolveWorkerUrl, type WorkerUrl } from '../spawn/worker-url.js'

/** Which worker to start: the same values as in the runner's options. */
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
 * A failure is not reported here: `createRunner` tries again, and reports it. Throws an ArgumentError for an invalid option.
 */
export function preload(options: PreloadOptions = {}): void {
  checkOptions(options, 'options', { workerUrl: 'anything', artifact: 'anything' })
  const { workerUrl = OWN_WORKER, artifact } = options
  checkWord(artifact, 'artifact', ARTIFACTS)
  preloadClient(resolveWorkerUrl(workerUrl), artifact)
}
