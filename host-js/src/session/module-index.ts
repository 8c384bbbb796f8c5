/** The page's copy of a session's modules: those it has registered, and the number of fetched ones. */

import { checkKind, wrong } from '../checks/options.js'
import type { Client } from '../client/client.js'
import { isWellFormed } from '../codec/writer.js'
import type * as wire from '../generated/protocol.js'
import { type Source, toBytes } from './lua-source.js'

const SCHEME = 'file://'

/** Registers modules at once, and tells the worker as soon as there is one. */
export class ModuleIndex {
  readonly #files = new Map<string, Uint8Array>()
  #client: Client | null = null
  #fetched = 0

  /** Tells a worker what is registered, and from now on every change, before the requests that follow. */
  attach(client: Client): void {
    this.#client = client
    this.#fetched = 0
    for (const [name, source] of this.#files) client.tell({ Modules: { Register: { name, source } } })
  }

  /** Notes the number of fetched modules that the worker keeps. */
  noteFetched(client: Client, count: number): void {
    if (client === this.#client) this.#fetched = count
  }

  register(identifier: string, source: Source): void {
    const name = toName(identifier)
    const bytes = toBytes(source, 'source').slice()
    this.#files.set(name, bytes)
    this.#tell({ Register: { name, source: bytes } })
  }

  remove(identifier: string): boolean {
    const name = toName(identifier)
    this.#tell({ Remove: { name } })
    return this.#files.delete(name)
  }

  list(): string[] {
    return [...this.#files.keys()]
  }

  get size(): number {
    const fetched = !this.#client || this.#client.ended ? 0 : this.#fetched
    return this.#files.size + fetched
  }

  clearFetched(): void {
    this.#fetched = 0
    this.#tell('ClearFetched')
  }

  clear(): void {
    this.#files.clear()
    this.#fetched = 0
    this.#tell('Clear')
  }

  #tell(op: wire.ModuleOp): void {
    this.#client?.tell({ Modules: op })
  }
}

/** A module's name, without `file://`. */
function toName(identifier: string): string {
  checkKind(identifier, 'name', 'a string')
  const name = identifier.startsWith(SCHEME) ? identifier.slice(SCHEME.length) : identifier
  if (name === '') throw wrong('name', 'the name of a module is not empty')
  if (!isWellFormed(name)) throw wrong('name', 'the name of a module holds no lone surrogate')
  return name
}
