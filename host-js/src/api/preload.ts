/** Workers that a page starts before it has a runner for them. */

import { ARTIFACTS } from '#spawn'
import type { Artifact } from '../generated/protocol.js'
import { Client } from '../client/client.js'
import { checkOptions, checkWord } from '../checks/options.js'
import { OWN_WORKER, resolveWorkerUrl, type TrustedScriptUrl, type WorkerUrl } from '../spawn/worker-url.js'

/** Which worker to start: as the runner's options will say. */
export interface PreloadOptions {
  /** As `workerUrl` of `createRunner`. */
  workerUrl?: WorkerUrl | undefined
  /** As `artifact` of `createRunner`. */
  artifact?: Artifact | undefined
}

interface Preloaded {
  url: string
  artifact: Artifact | undefined
  client: Client
}

const waiting: Preloaded[] = []

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
  const url = resolveWorkerUrl(workerUrl)
  const ready = take(url, artifact)
  try {
    waiting.push({ url: String(url), artifact, client: ready ?? new Client(url, artifact) })
  } catch {
    // The browser refuses.
  }
}

/** The client of a worker as it was preloaded, or else of a new one. Throws a WorkerFailedError when the browser refuses. */
export function preloadedClient(url: string | TrustedScriptUrl, artifact: Artifact | undefined): Client {
  return take(url, artifact) ?? new Client(url, artifact)
}

function take(url: string | TrustedScriptUrl, artifact: Artifact | undefined): Client | undefined {
  const at = waiting.findIndex(one => one.url === String(url) && one.artifact === artifact)
  const [found] = at < 0 ? [] : waiting.splice(at, 1)
  return found?.client.ended ? undefined : found?.client
}
