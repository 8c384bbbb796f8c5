/** Starts workers in threads of Node's, Deno's and Bun's; takes the place of `spawn/spawn.ts` there. */

import type { Artifact } from '../generated/protocol.js'
import { OWN_WORKER, type TrustedScriptUrl } from '../spawn/worker-url.js'
import { artifactIn, bestArtifact } from '../worker/artifact.js'
import { ThreadWorker } from './thread-worker.js'

/** The builds of the module that are there. */
export const ARTIFACTS: readonly Artifact[] = ['jspi', 'portable']

/** The oldest Node that has what is needed. */
const OLDEST_NODE = 20

/**
 * Starts the script at `url`, or the package's own one, with what the engine can run best unless told otherwise.
 * Throws for a Node that is too old.
 */
export function spawn(
  url: string | TrustedScriptUrl,
  artifact: Artifact = artifactIn(String(url)) ?? bestArtifact(),
): Worker {
  const { node } = process.versions
  if (Number.parseInt(node, 10) < OLDEST_NODE) throw new Error(`Node ${node} is too old: use ${OLDEST_NODE} or newer`)
  return new ThreadWorker({
    script: url === OWN_WORKER ? null : String(url),
    name: `pubwiki-lua-${artifact}`,
  }) as unknown as Worker
}

/** Nobody could look there by `fetch`: the thread's own error says what is wrong. */
export function scriptAt(_url: string | TrustedScriptUrl): string | null {
  return null
}
