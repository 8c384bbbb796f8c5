/** The page's localStorage, for the backend in the worker: a worker has none. */

import type * as wire from '../generated/protocol.js'

type Items = wire.LocalStorageItem[]

/** Who hears of what others change: an item's name without the prefix, or null for all. */
export type Changed = (prefix: string, name: string | null) => void

/** Those in this page who use localStorage; the browser tells only of other pages' changes. */
const users = new Set<LocalStorage>()

/** One worker's way to localStorage. */
export class LocalStorage {
  readonly #prefixes = new Set<string>()
  readonly #changed: Changed
  readonly #listener = (event: StorageEvent) => {
    if (event.storageArea === globalThis.localStorage) this.#hear(event.key)
  }

  /** `changed` is told what other pages and workers do to the items that this one uses. */
  constructor(changed: Changed) {
    this.#changed = changed
  }

  /** Does an operation. Throws what the browser throws; a write is done whole or not at all then. */
  serve(prefix: string, op: wire.LocalStorageOp): Items {
    const storage: Storage | undefined = globalThis.localStorage
    if (!storage) throw new TypeError('this page has no localStorage')
    this.#listen(prefix)
    if (op === 'ReadAll') return readAll(storage, prefix)
    if (op === 'Clear') {
      for (const { name } of readAll(storage, prefix)) storage.removeItem(prefix + name)
      this.#tell(prefix, null)
      return []
    }
    if ('Read' in op) return op.Read.names.flatMap(name => readOne(storage, prefix, name))
    write(storage, prefix, op.Write)
    for (const { name } of op.Write.items) this.#tell(prefix, name)
    for (const name of op.Write.removed) this.#tell(prefix, name)
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

  #tell(prefix: string, name: string | null): void {
    for (const user of users) if (user !== this) user.#hear(name === null ? null : prefix + name)
  }

  #hear(item: string | null): void {
    for (const prefix of this.#prefixes) {
      if (item === null) this.#changed(prefix, null)
      else if (item.startsWith(prefix)) this.#changed(prefix, item.slice(prefix.length))
    }
  }
}

function readAll(storage: Storage, prefix: string): Items {
  const items: Items = []
  for (let index = 0; index < storage.length; index++) {
    const item = storage.key(index)
    if (item?.startsWith(prefix)) items.push(...readOne(storage, prefix, item.slice(prefix.length)))
  }
  return items
}

function readOne(storage: Storage, prefix: string, name: string): Items {
  const text = storage.getItem(prefix + name)
  return text === null ? [] : [{ name, text }]
}

function write(storage: Storage, prefix: string, { items, removed }: { items: Items; removed: string[] }): void {
  const before: Array<[string, string | null]> = []
  const change = (name: string, text: string | null) => {
    const item = prefix + name
    before.push([item, storage.getItem(item)])
    set(storage, item, text)
  }
  try {
    for (const name of removed) change(name, null)
    for (const { name, text } of items) change(name, text)
  } catch (error) {
    // What has become longer gives back its room before what had become shorter takes it.
    for (const [item] of before) storage.removeItem(item)
    for (const [item, text] of before) set(storage, item, text)
    throw error
  }
}

function set(storage: Storage, item: string, text: string | null): void {
  if (text === null) storage.removeItem(item)
  else storage.setItem(item, text)
}
