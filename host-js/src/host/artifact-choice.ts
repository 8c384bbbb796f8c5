/** Which build of the worker a page asks for. */

import { ARTIFACTS } from '#spawn'
import type { Artifact } from '../generated/protocol.js'

/** Throws a TypeError for one that is not there. */
export function checkArtifact(artifact: Artifact | undefined): void {
  if (artifact !== undefined && !ARTIFACTS.includes(artifact)) {
    throw new TypeError(`there is no artifact ${String(artifact)}, only ${ARTIFACTS.join(' and ')}`)
  }
}
