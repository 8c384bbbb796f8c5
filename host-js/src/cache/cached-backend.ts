/** A backend whose engine may be out of reach: it opens from a copy, reads go on, and plain writes wait. */

import type { Change, StorageBackend, Swapped } from '../backends/storage-backend.js'
import { report } from '../errors/report.js'
import { nextTask } from '../event-loop/pace.js'
import type { StateRecord } from '../values/state-record.js'
import { LocalCopy, UNTOLD, type Waiting } from './local-copy.js'

/** Options of a cache. */
export interface CacheOptions {
  /**
   * Says what is to be there where another user was faster: `mine` is what waited here, `theirs` what is there, each
   * undefined for no record. Theirs, unless this says otherwise.
   */
  onConflict?(mine: StateRecord | undefined, theirs: StateRecord | undefined): StateRecord | undefined
}

/** How long is waited before the engine is tried again, in milliseconds. */
const PAUSE_MS = 1_000

/** How long what cannot wait waits for an engine that is being looked for, in milliseconds. */
const PATIENCE_MS = 2_000

type Shared = StorageBackend & Required<Pick<StorageBackend, 'compareAndSet' | 'changes'>>
type Listener = (changes: readonly Change[] | 'all') => void

/** What `withCache` gives. */
export class CachedBackend implements StorageBackend {
  readonly expires: boolean
  readonly #backend: Shared
  readonly #copy: LocalCopy
  readonly #options: CacheOptions
  readonly #listeners = new Set<Listener>()
  readonly #connections = new Set<(state: 'online' | 'offline', why?: string) => void>()
  #ends: Array<() => void> = []
  /** Whether the engine is reached, and the copy is as it is there. */
  #isOnline = false
  #isInitialised = false
  #isClosed = true
  #joining: Promise<void> | null = null
  #clearing: Promise<void> | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  /** What is being written, and what the engine has stored of it, while nothing is heard of its keys. */
  readonly #unheard = new Map<string, { record: StateRecord | undefined; isStored: boolean }>()
  #noting: Promise<void> | null = null

  constructor(backend: StorageBackend, local: StorageBackend, options: CacheOptions) {
    if (!backend.compareAndSet || !backend.changes)
      throw new TypeError('a cache takes a backend with compareAndSet and changes')
    this.#backend = backend as Shared
    this.#copy = new LocalCopy(local)
    this.#options = options
    this.expires = backend.expires ?? false
  }

  /** Without a copy the engine has to be there. */
  async init(): Promise<void> {
    this.#isClosed = false
    await this.#copy.open()
    const joined = this.#join()
    if (!this.#copy.isComplete) await joined
    else joined.catch(() => this.#joinLater())
  }

  async get(key: string): Promise<StateRecord | undefined> {
    if (!this.#isOnline || this.#copy.outbox.has(key)) return this.#copy.at(key)
    return this.#orElse(
      async () => {
        const record = await this.#backend.get(key)
        await this.#note([{ key, record }])
        return record
      },
      () => this.#copy.at(key),
    )
  }

  async getMany(keys: string[]): Promise<StateRecord[]> {
    return (await Promise.all(keys.map(key => this.get(key)))).filter(record => record !== undefined)
  }

  async getAll(): Promise<StateRecord[]> {
    if (this.#isOnline) {
      await this.#orElse(
        async () => this.#noteAll(await this.#backend.getAll()),
        () => undefined,
      )
    }
    return this.#copy.all()
  }

  async set(record: StateRecord): Promise<void> {
    await this.#write(record.key, record)
  }

  async setMany(records: StateRecord[]): Promise<void> {
    await Promise.all(records.map(record => this.#write(record.key, record)))
  }

  async delete(key: string): Promise<void> {
    await this.#write(key, undefined)
  }

  /** What is written after it waits for it. */
  async clear(): Promise<void> {
    const clearing = this.#clear()
    this.#clearing = clearing
    try {
      await clearing
    } finally {
      if (this.#clearing === clearing) this.#clearing = null
    }
  }

  async compareAndSet(key: string, version: string | undefined, next: StateRecord | undefined): Promise<Swapped> {
    await this.#mustBeOnline()
    const waiting = this.#copy.outbox.get(key)
    if (waiting) {
      await this.#send(waiting)
      return { ok: false, current: await this.get(key) }
    }
    const swapped = await this.#orElse(
      () => this.#backend.compareAndSet(key, version, next),
      error => {
        throw error
      },
    )
    const record = swapped.ok ? next && { ...next, version: swapped.version } : swapped.current
    await this.#note([{ key, record }])
    return swapped
  }

  changes(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  onConnection(listener: (state: 'online' | 'offline', why?: string) => void): () => void {
    this.#connections.add(listener)
    listener(this.#isOnline ? 'online' : 'offline')
    return () => void this.#connections.delete(listener)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#retry)
    this.#leave()
    this.#isInitialised = false
    this.#noteUnheard()
    this.#unheard.clear()
    this.#copy.close()
    this.#backend.close?.()
  }

  async #clear(): Promise<void> {
    await this.#mustBeOnline()
    const waiting = [...this.#copy.outbox.values()]
    await this.#backend.clear()
    await this.#noteAll([])
    for (const each of waiting) await this.#copy.done(each, undefined)
  }

  /** Whatever is written waits when the engine is not reached, or may not have it. */
  async #write(key: string, next: StateRecord | undefined): Promise<void> {
    while (this.#clearing) await this.#clearing.catch(() => undefined)
    if (this.#isOnline && !this.#copy.outbox.has(key)) {
      const written = { record: next && { ...next, version: UNTOLD }, isStored: false }
      this.#unheard.set(key, written)
      try {
        await (next ? this.#backend.set(next) : this.#backend.delete(key))
        written.isStored = true
        this.#noting ??= nextTask().then(() => this.#noteUnheard())
        return
      } catch (error) {
        if (this.#unheard.get(key) === written) this.#unheard.delete(key)
        if (!this.#isAway(error)) throw error
      }
    }
    await this.#copy.wait(key, next)
    if (this.#isOnline) void this.#sendAll().catch(report)
  }

  /** Notes what the engine has stored, and has not told: it may not tell it before this is closed. */
  #noteUnheard(): void {
    this.#noting = null
    const stored = [...this.#unheard].filter(([, { isStored }]) => isStored)
    if (stored.length > 0) this.#note(stored.map(([key, { record }]) => ({ key, record }))).catch(report)
  }

  /** Notes what the engine has: what was written here before is that, or older. */
  #note(changes: ReadonlyArray<{ key: string; record: StateRecord | undefined }>): Promise<void> {
    for (const { key } of changes) this.#unheard.delete(key)
    return this.#copy.note(changes)
  }

  #noteAll(records: readonly StateRecord[]): Promise<void> {
    this.#unheard.clear()
    return this.#copy.noteAll(records)
  }

  async #orElse<T>(work: () => Promise<T>, away: (error: unknown) => T): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!this.#isAway(error)) throw error
      return away(error)
    }
  }

  /** Whether the engine is not reached: from now on it is not, until it is found again. */
  #isAway(error: unknown): boolean {
    const { code } = error as { code?: unknown }
    if (code !== 'OFFLINE' && code !== 'OUTCOME_UNKNOWN') return false
    if (this.#isOnline) {
      this.#leave()
      this.#joinLater()
    }
    return true
  }

  /** Waits for the engine only while it is just being looked for. */
  async #mustBeOnline(): Promise<void> {
    if (!this.#isOnline && this.#joining) {
      const late = new Promise(resolve => setTimeout(resolve, PATIENCE_MS))
      await Promise.race([this.#joining.catch(() => undefined), late])
    }
    if (!this.#isOnline)
      throw Object.assign(new Error('the engine is not reached: this cannot wait'), { code: 'OFFLINE' })
  }

  #joinLater(): void {
    if (this.#isClosed) return
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#join().catch(() => this.#joinLater()), PAUSE_MS)
  }

  /** Finds the engine, reads what it has, and sends what waits. */
  #join(): Promise<void> {
    this.#joining ??= this.#joinNow().finally(() => {
      this.#joining = null
    })
    return this.#joining
  }

  async #joinNow(): Promise<void> {
    this.#leave()
    if (!this.#isInitialised) await this.#backend.init()
    this.#isInitialised = true
    this.#ends = [this.#backend.changes(changes => void this.#hear(changes).catch(report))]
    const unlisten = this.#backend.onConnection?.((state, why) => {
      if (state === 'offline') this.#away(why)
      else if (!this.#isOnline && !this.#joining) this.#refresh().catch(() => this.#joinLater())
    })
    if (unlisten) this.#ends.push(unlisten)
    await this.#refresh()
  }

  async #refresh(): Promise<void> {
    await this.#noteAll(await this.#backend.getAll())
    if (this.#isClosed) return
    this.#isOnline = true
    this.#tell('all')
    await this.#sendAll()
    for (const listener of this.#connections) listener('online')
  }

  #away(why?: string): void {
    const was = this.#isOnline
    this.#isOnline = false
    if (was) for (const listener of this.#connections) listener('offline', why)
  }

  #leave(): void {
    for (const end of this.#ends.splice(0)) end()
    this.#away()
  }

  async #hear(changes: readonly Change[] | 'all'): Promise<void> {
    if (changes === 'all') {
      // Where it is cut off in the middle, all is read again once it is reached.
      const isRead = await this.#orElse(
        async () => {
          await this.#noteAll(await this.#backend.getAll())
          return true
        },
        () => false,
      )
      if (isRead) this.#tell('all')
      return
    }
    const noted = this.#note(changes)
    // What waits here takes precedence.
    this.#tell(changes.filter(({ key }) => !this.#copy.outbox.has(key)))
    await noted
  }

  #tell(changes: readonly Change[] | 'all'): void {
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes)
  }

  async #sendAll(): Promise<void> {
    for (const waiting of this.#copy.outbox.values()) {
      if (!this.#isOnline) return
      await this.#orElse(
        () => this.#send(waiting),
        () => undefined,
      )
    }
  }

  /** Sends what waits, in place of what it was based on. One that was sent already is found to be there. */
  async #send(waiting: Waiting): Promise<void> {
    const { key } = waiting
    for (let { next, base } = waiting; ; ) {
      const swapped = await this.#backend.compareAndSet(key, base, next)
      const there = swapped.ok ? next && { ...next, version: swapped.version } : swapped.current
      if (!swapped.ok && !isSame(there, next)) {
        if (waiting.was && base === UNTOLD && isSame(there, waiting.was)) {
          base = there?.version
          continue
        }
        next = this.#options.onConflict ? this.#options.onConflict(waiting.next, there) : there
        base = there?.version
        if (!isSame(there, next)) continue
      }
      await this.#note([{ key, record: there }])
      await this.#copy.done(waiting, there?.version)
      if (!this.#copy.outbox.has(key)) this.#tell([there ? { key, record: there } : { key, record: undefined }])
      return
    }
  }
}

function isSame(one: StateRecord | undefined, other: StateRecord | undefined): boolean {
  const text = (record: StateRecord | undefined) =>
    record && JSON.stringify([record.value, record.createdAt, record.updatedAt, record.expiresAt])
  return text(one) === text(other)
}
