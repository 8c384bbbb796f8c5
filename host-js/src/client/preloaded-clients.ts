/** Workers that wait for the runner that they were started for. */

import type { Artifact } from '../generated/protocol.js'
import type { TrustedScriptUrl } from '../spawn/worker-url.js'
import { Client } from './client.js'

interface Preloaded {
  url: string
  artifact: Artifact | undefined
  client: Client
}

const waiting: Preloaded[] = []

/** Starts a worker, unless such a one waits already. */
export function preloadClient(url: string | TrustedScriptUrl, artifact: Artifact | undefined): void {
  const ready = take(url, artifact)
  try {
    waiting.push({ url: String(url), artifact, client: ready ?? new Client(url, artifact) })
  } catch {
    // The browser refuses. Who uses such a worker is told, for another is tried then.
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
