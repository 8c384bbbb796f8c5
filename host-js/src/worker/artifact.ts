/** The choice of the WebAssembly module's build, for page and worker. */

import type { Artifact } from '../generated/protocol.js'

/** The best build that the engine can run. */
export function bestArtifact(): Artifact {
  // A function with a `try_table`: what only engines with standard exceptions accept.
  const standard = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11]
  return typeof WebAssembly === 'object' &&
    'Suspending' in WebAssembly &&
    WebAssembly.validate(Uint8Array.from(standard))
    ? 'jspi'
    : 'portable'
}

/** The build that the end of a worker's name or URL asks for. */
export function artifactIn(text: string): Artifact | undefined {
  return /(?:pubwiki-lua-|artifact=)(jspi|portable)$/.exec(text)?.[1] as Artifact | undefined
}
