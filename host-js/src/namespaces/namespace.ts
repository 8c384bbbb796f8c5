/** A namespace that is declared, or that a script has without a declaration. */

import type { NamespaceConfig } from '../generated/protocol.js'

/** A namespace that a script may use. */
export interface Namespace {
  readonly name: string
  readonly owner: string
  readonly config: NamespaceConfig
}

/** The first of those who declared a shared namespace is its owner. */
export interface Shared {
  config: NamespaceConfig
  readonly declaredBy: string[]
}
