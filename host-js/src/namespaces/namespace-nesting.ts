/** Who may share a namespace within another script's shared one, by the rules that hold in the worker. */

import { PermissionError } from '../errors/error-classes.js'
import type { NamespaceConfig } from '../generated/protocol.js'
import type { Shared } from './namespace.js'

type AllShared = ReadonlyMap<string, Shared>

/**
 * Throws a PermissionError when `script` may not declare the namespace so. The longest decides for
 * everybody: nobody may share one below another's that they could not both read and write anyway.
 * Whichever of the two comes second is refused.
 */
export function checkNesting(all: AllShared, script: string, name: string, config: NamespaceConfig): void {
  const before = all.get(name)
  if (!config.shared || (before && sameTerms(before.config, config))) return
  const refused = (why: string) =>
    new PermissionError(`script '${script}' may not share the namespace '${name}': ${why}`)
  const above = nextAbove(all, name)
  const upper = above === undefined ? undefined : all.get(above)
  if (upper && upper.declaredBy[0] !== script && !isOpen(upper.config)) {
    throw refused(
      `script '${upper.declaredBy[0]}' shares '${above}' above it, and does not allow others to both read and write there`,
    )
  }
  if (isOpen(config)) return
  for (const [below, { declaredBy }] of all) {
    const isNext = below.startsWith(`${name}.`) && (nextAbove(all, below)?.length ?? 0) <= name.length
    if (isNext && declaredBy[0] !== script) {
      throw refused(
        `script '${declaredBy[0]}' shares '${below}' below it; allow both reading and writing, or take another name`,
      )
    }
  }
}

/** Whether two declarations say the same. */
export function sameTerms(a: NamespaceConfig, b: NamespaceConfig): boolean {
  return (['read', 'write', 'shared', 'persistent', 'ttl', 'quota'] as const).every(field => a[field] === b[field])
}

/** The next shared namespace above `name`. */
function nextAbove(all: AllShared, name: string): string | undefined {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const above = name.slice(0, dot)
    if (all.has(above)) return above
  }
  return undefined
}

function isOpen(config: NamespaceConfig): boolean {
  return config.read && config.write
}
