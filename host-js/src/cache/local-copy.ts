/** What a cache keeps in its local backend: a copy of the records, and the writes that wait. */

import type { StorageBackend } from '../backends/storage-backend.js'
import type { StateRecord } from '../values/state-record.js'

/** A write that waits: what is to be there, in place of this version. */
export interface Waiting {
  key: string
  next: StateRecord | undefined
  base: string | undefined
  /** What that version is of, where the engine has stored it and has not told its version yet. */
  was?: StateRecord | undefined
}

/** In place of the version that the engine has not told yet: it is nobody's. */
export const UNTOLD = 'waiting'

/** The keys of the local backend begin with what they are of. */
const [COPY, OUTBOX, COMPLETE] = ['copy:', 'outbox:', 'complete']

/** The copy, in memory and in a local backend, which has each change before it counts. */
export class LocalCopy {
  readonly records = new Map<string, StateRecord>()
  /** By their keys, in the order in which they were made. */
  readonly outbox = new Map<string, Waiting>()
  /** Whether it was complete once. */
  isComplete = false
  /** The keys of whose copies the local backend has perhaps another version, for it failed to take one. */
  readonly #unsure = new Set<string>()
  readonly #local: StorageBackend
  /** The writes to it, one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(local: StorageBackend) {
    this.#local = local
  }

  async open(): Promise<void> {
    await this.#local.init()
    for (const { key, value } of (await this.#local.getAll()).sort((a, b) => a.updatedAt - b.updatedAt)) {
      if (key === COMPLETE) this.isComplete = true
      else if (key.startsWith(COPY)) this.records.set(key.slice(COPY.length), value as StateRecord)
      else if (key.startsWith(OUTBOX)) {
        const { next, base, was } = value as Row
        const of = key.slice(OUTBOX.length)
        this.outbox.set(of, { key: of, next: next ?? undefined, base: base ?? undefined, was: was ?? undefined })
      }
    }
  }

  /** What is there to whoever reads here: what waits takes precedence. */
  at(key: string): StateRecord | undefined {
    const waiting = this.outbox.get(key)
    if (!waiting) return this.records.get(key)
    return waiting.next && { ...waiting.next, version: UNTOLD }
  }

  all(): StateRecord[] {
    const keys = new Set([...this.records.keys(), ...this.outbox.keys()])
    return Array.from(keys, key => this.at(key)).filter(record => record !== undefined)
  }

  /** Notes what the engine has. What is in the copy already is not written again. */
  async note(changes: ReadonlyArray<{ key: string; record: StateRecord | undefined }>): Promise<void> {
    const fresh = changes.filter(({ key, record }) => this.#unsure.has(key) || !isSame(this.records.get(key), record))
    for (const { key, record } of fresh) {
      if (record) this.records.set(key, record)
      else this.records.delete(key)
      this.#unsure.delete(key)
    }
    const stored = fresh.flatMap(({ key, record }) => (record ? [row(COPY + key, record)] : []))
    const removed = fresh.filter(({ record }) => !record).map(({ key }) => COPY + key)
    try {
      // Though it be nothing, it ends after what was written before.
      await this.#write(stored, removed)
    } catch (error) {
      for (const { key } of fresh) this.#unsure.add(key)
      throw error
    }
  }

  /** Notes all that the engine has. */
  async noteAll(records: readonly StateRecord[]): Promise<void> {
    const kept = new Set(records.map(({ key }) => key))
    const gone = [...this.records.keys()].filter(key => !kept.has(key))
    await this.note([
      ...records.map(record => ({ key: record.key, record })),
      ...gone.map(key => ({ key, record: undefined })),
    ])
    if (!this.isComplete) await this.#write([row(COMPLETE, 1)], [])
    this.isComplete = true
  }

  /** Has a write wait. One that waits already is what it was based on. */
  async wait(key: string, next: StateRecord | undefined): Promise<void> {
    const before = this.outbox.get(key)
    const here = this.records.get(key)
    const { base, was } = before ?? { base: here?.version, was: here?.version === UNTOLD ? here : undefined }
    const waiting = { key, next, base, was }
    this.outbox.set(key, waiting)
    await this.#write([row(OUTBOX + key, rowOf(waiting))], [])
  }

  /** A write waits no longer, unless another has taken its place: that one is based on `version`. */
  async done(waiting: Waiting, version: string | undefined): Promise<void> {
    const now = this.outbox.get(waiting.key)
    if (now === waiting) {
      this.outbox.delete(waiting.key)
      await this.#write([], [OUTBOX + waiting.key])
    } else if (now) {
      now.base = version
      now.was = undefined
      await this.#write([row(OUTBOX + now.key, rowOf(now))], [])
    }
  }

  close(): void {
    const close = () => this.#local.close?.()
    this.#last.then(close, close)
  }

  #write(stored: StateRecord[], removed: string[]): Promise<void> {
    const local = this.#local
    const work = async () => {
      if (stored.length > 1 && local.setMany) await local.setMany(stored)
      else for (const record of stored) await local.set(record)
      if (removed.length > 1 && local.deleteMany) await local.deleteMany(removed)
      else for (const key of removed) await local.delete(key)
    }
    const written = this.#last.then(work, work)
    this.#last = written
    return written
  }
}

interface Row {
  next: StateRecord | null
  base: string | null
  was?: StateRecord | null
}

function rowOf({ next, base, was }: Waiting): Row {
  return { next: next ?? null, base: base ?? null, ...(was && { was }) }
}

let rows = 0

/** Rows are read in the order in which they were made. */
function row(key: string, value: unknown): StateRecord {
  const now = Date.now() + (rows++ % 1000) / 1000
  return { key, value, createdAt: now, updatedAt: now }
}

/** The engine's version tells one state of a record from another. */
function isSame(copied: StateRecord | undefined, record: StateRecord | undefined): boolean {
  if (!copied || !record) return copied === record
  return copied.version !== undefined && copied.version === record.version
}
