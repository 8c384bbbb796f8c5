/** Starts workers. */

import type { Artifact } from '../generated/protocol.js'
import { OWN_WORKER, type TrustedScriptUrl } from './worker-url.js'

/** Starts the script at `url`, or the package's own one. Throws what the browser refuses with. */
export function spawn(url: string | TrustedScriptUrl, artifact: Artifact): Worker {
  // `Worker` takes what Trusted Types trust wherever there are any.
  return url === OWN_WORKER ? own(artifact) : new Worker(url as string, { type: 'module', name: `pubwiki-lua-${artifact}` })
}

/** Bundlers know a worker by an expression like these, in which all is literal. */
function own(artifact: Artifact): Worker {
  if (artifact === 'jspi') return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'pubwiki-lua-jspi' })
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'pubwiki-lua-portable' })
}
