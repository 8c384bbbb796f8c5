/** The page's localStorage, for the backend in the worker: a worker has none. */

import type * as wire from '../generated/protocol.js'
import { itemsOf, type Items } from './items.js'
import { isMark } from './turns.js'

type Found = wire.LocalStorageItem[]

/** Who hears of what others change: an item's name without the prefix, or null for all. */
export type Changed = (prefix: string, name: string | null) => void

/** Those in this page who use localStorage; the browser tells only of other pages' changes. */
const users = new Set<LocalStorage>()

/** One worker's way to localStorage. */
export class LocalStorage {
  readonly #prefixes = new Set<string>()
  readonly #changed: Changed
  readonly #listener = (event: StorageEvent) => {
    if (event.storageArea === globalThis.localStorage) this.hear(event.key)
  }

  /** `changed` is told what other pages and workers do to the items that this one uses. */
  constructor(changed: Changed) {
    this.#changed = changed
  }

  /** Does an operation. Rejects with what the browser throws; a write is done whole or not at all then. */
  async serve(prefix: string, op: wire.LocalStorageOp): Promise<Found> {
    const items = itemsOf(prefix)
    this.#listen(prefix)
    if (op === 'ReadAll' || (op !== 'Clear' && 'Read' in op)) {
      await items.catchUp()
      return Array.from(op === 'ReadAll' ? items.names() : op.Read.names, name => found(items, name)).flat()
    }
    if (op !== 'Clear' && 'RemoveExpired' in op) {
      await items.catchUp()
      const { expired } = op.RemoveExpired
      const removed = expired.filter(({ name, expiresAt }) => expiryOf(items.get(name)) === expiresAt).map(({ name }) => name)
      await this.serve(prefix, { Write: { items: [], removed } })
      return expired.flatMap(({ name }) => found(items, name))
    }
    if (op === 'Clear') {
      for (const name of items.names()) items.set(name, null)
      tellOthers(prefix, null, this)
    } else {
      write(items, op.Write)
      for (const { name } of op.Write.items) tellOthers(prefix, name, this)
      for (const name of op.Write.removed) tellOthers(prefix, name, this)
    }
    await items.settle()
    return []
  }

  /** Hears no more. */
  close(): void {
    if (users.delete(this)) removeEventListener('storage', this.#listener)
  }

  #listen(prefix: string): void {
    this.#prefixes.add(prefix)
    if (users.has(this)) return
    users.add(this)
    addEventListener('storage', this.#listener)
  }

  /** Someone else has changed this item, or all. */
  hear(item: string | null): void {
    if (item !== null && isMark(item)) return
    for (const prefix of this.#prefixes) {
      if (item === null) this.#changed(prefix, null)
      else if (item.startsWith(prefix)) this.#changed(prefix, item.slice(prefix.length))
    }
  }
}

/** Tells those in this page who use these items, but `teller`, that one was changed, or all. */
export function tellOthers(prefix: string, name: string | null, teller?: LocalStorage): void {
  for (const user of users) if (user !== teller) user.hear(name === null ? null : prefix + name)
}

/** When an item's record expires. What is no record is left to the worker to refuse. */
function expiryOf(text: string | null): unknown {
  try {
    const record: unknown = JSON.parse(text ?? 'null')
    return typeof record === 'object' && record !== null && 'expiresAt' in record ? record.expiresAt : null
  } catch {
    return null
  }
}

function found(items: Items, name: string): Found {
  const text = items.get(name)
  return text === null ? [] : [{ name, text }]
}

function write(items: Items, op: { items: Found; removed: string[] }): void {
  const before: Array<[string, string | null]> = []
  const change = (name: string, text: string | null) => {
    before.push([name, items.get(name)])
    items.set(name, text)
  }
  try {
    for (const name of op.removed) change(name, null)
    for (const { name, text } of op.items) change(name, text)
  } catch (error) {
    // What has become longer gives back its room before what had become shorter takes it.
    for (const [name] of before) items.set(name, null)
    for (const [name, text] of before) items.set(name, text)
    throw error
  }
}
