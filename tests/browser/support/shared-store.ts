/** An engine that several users share, in the page's memory, with all that a backend of one may have. */

import type { Change, StateRecord, StorageBackend, Swapped, Transacted, Write } from 'pubwiki-lua'
import { nextTask } from '../../../host-js/src/event-loop/pace.js'

/** The engine: what its users read and write. */
export class SharedStore {
  readonly records = new Map<string, StateRecord>()
  readonly users = new Set<SharedBackend>()
  #writes = 0

  /** A backend of one more user. */
  user(): SharedBackend {
    return new SharedBackend(this)
  }

  write(key: string, next: StateRecord | undefined): string {
    const version = `v${++this.#writes}`
    if (next) this.records.set(key, { ...structuredClone(next), version })
    else this.records.delete(key)
    const record = this.records.get(key)
    const change: Change = record ? { key, record } : { key, record: undefined, version }
    for (const user of this.users) user.tell(change)
    return version
  }
}

/** One user's way to the engine. */
export class SharedBackend implements StorageBackend {
  /** The calls that the engine has served. */
  readonly calls: string[] = []
  readonly #store: SharedStore
  #listener: ((changes: readonly Change[] | 'all') => void) | undefined
  #told: Change[] = []
  #connected: ((state: 'online' | 'offline', why?: string) => void) | undefined
  #isCut = false

  constructor(store: SharedStore) {
    this.#store = store
  }

  /** Loses what is under way, and all until it is mended; tells why, where that is known. */
  cut(why?: string): void {
    this.#isCut = true
    this.#told = []
    this.#connected?.('offline', why)
  }

  mend(): void {
    this.#isCut = false
    this.#connected?.('online')
    this.#listener?.('all')
  }

  async init(): Promise<void> {
    if (this.#isCut) throw Object.assign(new Error('the engine is not reached'), { code: 'OFFLINE' })
    this.#store.users.add(this)
  }

  async get(key: string): Promise<StateRecord | undefined> {
    return this.#ask('get', () => structuredClone(this.#store.records.get(key)))
  }

  async set(record: StateRecord): Promise<void> {
    await this.#ask('set', () => this.#store.write(record.key, record))
  }

  async setMany(records: StateRecord[]): Promise<void> {
    await this.#ask('setMany', () => {
      for (const record of records) this.#store.write(record.key, record)
    })
  }

  async delete(key: string): Promise<void> {
    await this.#ask('delete', () => this.#store.write(key, undefined))
  }

  async getAll(): Promise<StateRecord[]> {
    return this.#ask('getAll', () => [...this.#store.records.values()])
  }

  async clear(): Promise<void> {
    await this.#ask('clear', () => {
      for (const key of [...this.#store.records.keys()]) this.#store.write(key, undefined)
    })
  }

  async compareAndSet(key: string, version: string | undefined, next: StateRecord | undefined): Promise<Swapped> {
    return this.#ask('compareAndSet', () => {
      const current = this.#store.records.get(key)
      if (current?.version !== version) return { ok: false, current: structuredClone(current) }
      return { ok: true, version: this.#store.write(key, next) }
    })
  }

  async transact(writes: readonly Write[]): Promise<Transacted> {
    return this.#ask('transact', () => {
      const differs = (write: Write) =>
        'version' in write && this.#store.records.get(write.key)?.version !== write.version
      const conflicts = writes.filter(differs).map(({ key }) => key)
      if (conflicts.length > 0) return { ok: false, conflicts }
      for (const { key, next } of writes) this.#store.write(key, next)
      return { ok: true }
    })
  }

  async scanPage(prefix: string, cursor: string | undefined, limit: number) {
    return this.#ask('scanPage', () => {
      const within = [...this.#store.records.values()].filter(
        ({ key }) => key.startsWith(prefix) && key > (cursor ?? ''),
      )
      const records = within.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, limit)
      const last = records.at(-1)
      return { records, ...(last && within.length > limit ? { cursor: last.key } : {}) }
    })
  }

  changes(listener: (changes: readonly Change[] | 'all') => void): () => void {
    this.#listener = listener
    return () => {
      this.#listener = undefined
    }
  }

  onConnection(listener: (state: 'online' | 'offline', why?: string) => void): () => void {
    this.#connected = listener
    return () => {
      this.#connected = undefined
    }
  }

  close(): void {
    this.#store.users.delete(this)
  }

  tell(change: Change): void {
    if (this.#isCut || !this.#listener) return
    this.#told.push(change)
    if (this.#told.length > 1) return
    queueMicrotask(() => {
      const told = this.#told
      this.#told = []
      if (told.length > 0) this.#listener?.(told)
    })
  }

  /** Asks the engine, which answers in a task of its own. */
  async #ask<T>(name: string, serve: () => T): Promise<T> {
    this.calls.push(name)
    if (this.#isCut) throw Object.assign(new Error('the engine is not reached'), { code: 'OFFLINE' })
    const answer = serve()
    await nextTask()
    if (this.#isCut) throw Object.assign(new Error('the answer was lost'), { code: 'OUTCOME_UNKNOWN' })
    return answer
  }
}
