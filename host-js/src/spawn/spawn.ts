/** Starts workers from the package's files. `spawn-inline.ts` takes the place of this in `inline.js`. */

import type { Artifact } from '../generated/protocol.js'
import { artifactIn, bestArtifact } from '../worker/artifact.js'
import { blobWorker, trusted } from './trusted-types.js'
import { OWN_WORKER, type TrustedScriptUrl } from './worker-url.js'

/** The builds of the module that are there. */
export const ARTIFACTS: readonly Artifact[] = ['jspi', 'portable']

/**
 * Starts the script at `url`, or the package's own one, with what the engine can run best unless
 * told otherwise. Throws what the browser refuses with.
 */
export function spawn(
  url: string | TrustedScriptUrl,
  artifact: Artifact = artifactIn(String(url)) ?? bestArtifact(),
): Worker {
  const options = { type: 'module', name: `pubwiki-lua-${artifact}` } as const
  // `Worker` takes what Trusted Types trust wherever there are any.
  if (url !== OWN_WORKER) return new Worker(url as string, options)
  try {
    return own(artifact)
  } catch (refusal) {
    const script = urlIn(() => own(artifact))
    if (script === null) throw refusal
    // A worker's own script must be of the page's origin; what it imports need not.
    if (new URL(script).origin !== location.origin) return blobWorker(`import ${JSON.stringify(script)}`, options)
    return new Worker(trusted(script), options)
  }
}

/** Where the script lies that `spawn` starts; null when that is not known. */
export function scriptAt(url: string | TrustedScriptUrl): string | null {
  return url === OWN_WORKER ? urlIn(() => own('portable')) : String(url)
}

/** Bundlers know a worker by an expression like these, in which all is literal. */
function own(artifact: Artifact): Worker {
  if (artifact === 'jspi')
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'pubwiki-lua-jspi' })
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'pubwiki-lua-portable' })
}

/** The URL with which such an expression starts a worker: a bundler may have put in another. */
function urlIn(start: () => Worker): string | null {
  const RealWorker = globalThis.Worker
  let url: string | null = null
  try {
    // biome-ignore lint/complexity/useArrowFunction: no arrow function can be called with `new`.
    globalThis.Worker = function (given: string | URL) {
      url = new URL(given, location.href).href
    } as unknown as typeof Worker
    start()
    return url
  } catch {
    return null
  } finally {
    globalThis.Worker = RealWorker
  }
}
