/** Texts by name, for the worker's localStorage backend: in localStorage, or in the page's memory. */

import { awaitFences, isFence, putFence } from './write-fence.js'

/** A store of items. */
export interface ItemStore {
  /** Runs operations on many items one after another, in turns with the page's other work. */
  readonly queue: Queue
  /** Whether they outlast the page. */
  readonly lasts: boolean
  names(): Iterable<string>
  get(name: string): string | null
  /** Stores or, with null, removes an item. Throws when there is no room. */
  set(name: string, text: string | null): void
  /** Removes all. */
  clear(): void
  /** Resolves when what other pages had written can be read. */
  catchUp(): Promise<void>
  /** Resolves when other pages can read what was written. */
  settle(): Promise<void>
}

/** Work that has turns with others, but not with what comes after it. */
export class Queue {
  #last: Promise<unknown> | null = null

  /** Does `work`, at once when there is nothing before it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    while (this.#last) await this.#last
    const working = work()
    const last = working.then(
      () => undefined,
      () => undefined,
    )
    this.#last = last
    try {
      return await working
    } finally {
      if (this.#last === last) this.#last = null
    }
  }
}

/** Those of localStorage, by their prefix. */
const queues = new Map<string, Queue>()

function queueOf(prefix: string): Queue {
  const queue = queues.get(prefix) ?? new Queue()
  queues.set(prefix, queue)
  return queue
}

/** The items of localStorage whose names begin with a prefix, without it. */
class LocalStorageItems implements ItemStore {
  readonly lasts = true
  readonly queue: Queue
  readonly #storage: Storage
  readonly #prefix: string

  constructor(storage: Storage, prefix: string) {
    this.#storage = storage
    this.#prefix = prefix
    this.queue = queueOf(prefix)
  }

  names(): string[] {
    const all = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? '')
    return all
      .filter(item => item.startsWith(this.#prefix) && !isFence(item))
      .map(item => item.slice(this.#prefix.length))
  }

  get(name: string): string | null {
    return this.#storage.getItem(this.#prefix + name)
  }

  set(name: string, text: string | null): void {
    if (text === null) this.#storage.removeItem(this.#prefix + name)
    else this.#storage.setItem(this.#prefix + name, text)
  }

  clear(): void {
    for (const name of this.names()) this.set(name, null)
  }

  catchUp(): Promise<void> {
    return awaitFences(this.#storage)
  }

  settle(): Promise<void> {
    return putFence(this.#storage)
  }
}

const memories = new Map<string, WeakRef<MemoryItems>>()
const collected = new FinalizationRegistry<string>(prefix => memories.delete(prefix))
let made = 0

/** Items in the page's memory, for as long as anyone holds them. */
export class MemoryItems implements ItemStore {
  /** The prefix that they are known by. */
  readonly prefix = `\0memory ${++made}:`
  readonly lasts = false
  readonly queue = new Queue()
  readonly #texts = new Map<string, string>()

  constructor() {
    memories.set(this.prefix, new WeakRef(this))
    collected.register(this, this.prefix)
  }

  /** Also those that come meanwhile. */
  names(): Iterable<string> {
    return this.#texts.keys()
  }

  get(name: string): string | null {
    return this.#texts.get(name) ?? null
  }

  set(name: string, text: string | null): void {
    if (text === null) this.#texts.delete(name)
    else this.#texts.set(name, text)
  }

  clear(): void {
    this.#texts.clear()
  }

  async catchUp(): Promise<void> {}

  async settle(): Promise<void> {}
}

/** The items with this prefix. Throws where the page has no localStorage, or may not use it. */
export function itemStoreOf(prefix: string): ItemStore {
  const memory = memories.get(prefix)?.deref()
  if (memory) return memory
  const storage: Storage | undefined = globalThis.localStorage
  if (!storage) throw new TypeError('there is no localStorage here; choose another storage backend')
  return new LocalStorageItems(storage, prefix)
}
