/** Texts by name, as the worker's localStorage backend wants them: of localStorage, or of memory. */

import { awaitTurns, isMark, tellTurn } from './turns.js'

/** Where items are. */
export interface Items {
  names(): Iterable<string>
  get(name: string): string | null
  /** Stores or, with null, removes an item. Throws when there is no room. */
  set(name: string, text: string | null): void
  /** Resolves when what other pages had written can be read. */
  catchUp(): Promise<void>
  /** Resolves when other pages can read what was written. */
  settle(): Promise<void>
}

/** The items of localStorage whose names begin with a prefix, without it. */
class StoredItems implements Items {
  readonly #storage: Storage
  readonly #prefix: string

  constructor(storage: Storage, prefix: string) {
    this.#storage = storage
    this.#prefix = prefix
  }

  names(): string[] {
    const all = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? '')
    return all.filter(item => item.startsWith(this.#prefix) && !isMark(item)).map(item => item.slice(this.#prefix.length))
  }

  get(name: string): string | null {
    return this.#storage.getItem(this.#prefix + name)
  }

  set(name: string, text: string | null): void {
    if (text === null) this.#storage.removeItem(this.#prefix + name)
    else this.#storage.setItem(this.#prefix + name, text)
  }

  catchUp(): Promise<void> {
    return awaitTurns(this.#storage)
  }

  settle(): Promise<void> {
    return tellTurn(this.#storage)
  }
}

const memories = new Map<string, WeakRef<MemoryItems>>()
const collected = new FinalizationRegistry<string>(prefix => memories.delete(prefix))
let made = 0

/** Items in the page's memory, for as long as anyone holds them. */
export class MemoryItems implements Items {
  /** The prefix that they are known by. */
  readonly prefix = `\0memory ${++made}:`
  readonly #texts = new Map<string, string>()

  constructor() {
    memories.set(this.prefix, new WeakRef(this))
    collected.register(this, this.prefix)
  }

  names(): string[] {
    return [...this.#texts.keys()]
  }

  get(name: string): string | null {
    return this.#texts.get(name) ?? null
  }

  set(name: string, text: string | null): void {
    if (text === null) this.#texts.delete(name)
    else this.#texts.set(name, text)
  }

  async catchUp(): Promise<void> {}

  async settle(): Promise<void> {}
}

/** The items with this prefix. Throws where the page has no localStorage, or may not use it. */
export function itemsOf(prefix: string): Items {
  const memory = memories.get(prefix)?.deref()
  if (memory) return memory
  const storage: Storage | undefined = globalThis.localStorage
  if (!storage) throw new TypeError('this page has no localStorage')
  return new StoredItems(storage, prefix)
}
