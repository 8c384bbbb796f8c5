/** The page's watches. They continue in the worker that replaces another. */

import type { Client } from '../client/client.js'

/** Gets a key's new value, undefined when it was removed or has expired, and the key. */
export type WatchCallback<T = unknown> = (value: T | undefined, key: string) => void

/** A watch's receiver of changes. */
export interface Watcher {
  /** A key has changed: its new value's JSON text, null when it is gone. */
  changed(text: string | null, key: string): void
  /** The watch has begun in this worker, the first or one that replaces another. */
  begun?(client: Client): void
}

interface Watching {
  readonly script: string
  readonly pattern: string
  readonly watcher: Watcher
  /** Its id in the worker that it is in. */
  id: number | null
}

/** The watches of a session. */
export class Watches {
  readonly #all = new Set<Watching>()
  readonly #byId = new Map<number, Watching>()
  readonly #failed: (error: unknown) => void
  #client: Client | null = null

  /** `failed` is called for a watch that the worker refuses. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  /** Starts a watch; the function returned ends it. */
  add(script: string, pattern: string, watcher: Watcher): () => void {
    const watching: Watching = { script, pattern, watcher, id: null }
    this.#all.add(watching)
    if (this.#client && !this.#client.ended) this.#start(this.#client, watching)
    return () => this.#end(watching)
  }

  /** A session was opened in `client`, where nothing is watched yet. */
  attach(client: Client): void {
    this.#client = client
    this.#byId.clear()
    for (const watching of this.#all) this.#start(client, watching)
  }

  /** The worker says that a key has changed. */
  changed(client: Client, id: number, key: string, value: string | null): void {
    if (client !== this.#client) return
    this.#byId.get(id)?.watcher.changed(value, key)
  }

  #start(client: Client, watching: Watching): void {
    const { script, pattern } = watching
    client
      .ask('Done', id => {
        watching.id = id
        this.#byId.set(id, watching)
        return { Watch: { id, script_id: script, key: pattern } }
      })
      .catch((error: unknown) => {
        // One in a worker that is gone starts again in the next.
        if (client.ended || !this.#all.delete(watching)) return
        this.#failed(error)
      })
    watching.watcher.begun?.(client)
  }

  #end(watching: Watching): void {
    if (!this.#all.delete(watching) || watching.id === null) return
    if (this.#byId.get(watching.id) !== watching) return
    this.#byId.delete(watching.id)
    this.#client?.tell({ Unwatch: { watch: watching.id } })
  }
}
