/** The page's copy of the worker's registry: what the worker has confirmed, and the page's pending changes. */

import type { Client } from '../client/client.js'
import { PermissionError, ValueError } from '../errors/error-classes.js'
import type { Declaration } from '../generated/protocol.js'
import { NamespaceRegistry } from './namespace-registry.js'

/** A change by the page. */
interface Change {
  readonly script: string
  /** Absent to take back what the script has declared. */
  readonly declarations?: readonly Declaration[]
}

/** A mirror that answers at once. It outlasts the worker, whose successor is told everything. */
export class NamespaceMirror {
  #confirmed = new NamespaceRegistry()
  #pending: Change[] = []
  #view: NamespaceRegistry | null = null
  #client: Client | null = null
  readonly #refused: (error: unknown) => void

  /** `refused` is told when the worker refuses what the mirror allowed: a script was faster. */
  constructor(refused: (error: unknown) => void) {
    this.#refused = refused
  }

  /** The declarations, with the page's pending ones. */
  get registry(): NamespaceRegistry {
    if (!this.#view) {
      this.#view = copy(this.#confirmed)
      for (const change of this.#pending) apply(this.#view, change)
    }
    return this.#view
  }

  /** Declares namespaces. Throws as [`NamespaceRegistry.register`]. */
  register(script: string, declarations: readonly Declaration[]): void {
    const view = this.registry
    view.register(script, declarations)
    this.#change({ script, declarations })
  }

  /** Takes back what a script has declared. */
  unregister(script: string): void {
    this.registry.unregister(script)
    this.#change({ script })
  }

  /** A session was opened in `client`, whose registry is empty. */
  attach(client: Client): void {
    const known = Array.from(this.#confirmed.registrations(), ([script, declarations]) => ({ script, declarations }))
    this.#pending = [...known, ...this.#pending]
    this.#confirmed = new NamespaceRegistry()
    this.#view = null
    this.#client = client
    for (const change of this.#pending) this.#send(client, change)
  }

  /** The worker says that a script, or the page for it, has declared this. */
  registered(client: Client, script: string, declarations: Declaration[]): void {
    this.#confirm(client, { script, declarations })
  }

  /** The worker says that a script's declarations were taken back. */
  unregistered(client: Client, script: string): void {
    this.#confirm(client, { script })
  }

  #confirm(client: Client, change: Change): void {
    if (client !== this.#client) return
    const { script, declarations } = change
    if (declarations) this.#confirmed.declare(script, declarations)
    else this.#confirmed.unregister(script)
    this.#view = null
  }

  #change(change: Change): void {
    this.#pending.push(change)
    if (this.#client && !this.#client.ended) this.#send(this.#client, change)
  }

  #send(client: Client, change: Change): void {
    const { script, declarations } = change
    const done = () => {
      if (client !== this.#client) return
      this.#pending = this.#pending.filter(other => other !== change)
      this.#view = null
    }
    client
      .ask('Done', id =>
        declarations
          ? { RegisterNamespaces: { id, script_id: script, namespaces: [...declarations] } }
          : { UnregisterScript: { id, script_id: script } },
      )
      .then(done, (error: unknown) => {
        // A worker that is gone leaves it pending, for its successor.
        if (!(error instanceof PermissionError || error instanceof ValueError)) return
        done()
        this.#refused(error)
      })
  }
}

function copy(registry: NamespaceRegistry): NamespaceRegistry {
  const other = new NamespaceRegistry()
  for (const [script, declarations] of registry.registrations()) other.declare(script, declarations)
  return other
}

function apply(registry: NamespaceRegistry, { script, declarations }: Change): void {
  try {
    if (declarations) registry.register(script, declarations)
    else registry.unregister(script)
  } catch {
    // A script was faster; the worker will say so.
  }
}
