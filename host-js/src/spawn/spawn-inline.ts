/** Starts workers from what this file itself holds, for `inline.js`. */

import module from 'inline/module.gz'
import script from 'inline/worker.txt'
import type { Artifact } from '../generated/protocol.js'
import { blobWorker } from './trusted-types.js'
import { OWN_WORKER, type TrustedScriptUrl } from './worker-url.js'

/** The builds of the module that are there: the one that every engine runs. */
export const ARTIFACTS: readonly Artifact[] = ['portable']

/** Where the script lies that `spawn` starts; null for the one that is here. */
export function scriptAt(url: string | TrustedScriptUrl): string | null {
  return url === OWN_WORKER ? null : String(url)
}

/** Starts the script at `url`, or the one that is here. Throws what the browser refuses with. */
export function spawn(url: string | TrustedScriptUrl, artifact?: Artifact): Worker {
  if (url !== OWN_WORKER) return new Worker(url as string, { type: 'module', name: `pubwiki-lua-${artifact ?? ''}` })
  // A classic one: pages of files may start no other.
  const worker = blobWorker(script, { name: 'pubwiki-lua-portable' })
  worker.postMessage(module)
  return worker
}
