/** Calls a page-provided backend for the worker. */

import type { StorageBackend } from '../backends/storage-backend.js'
import { inTurns } from '../event-loop/steps.js'
import type * as wire from '../generated/protocol.js'
import {
  fromWireRecordInSteps,
  fromWireRecordsInSteps,
  toWireRecordInSteps,
  toWireRecordsInSteps,
  versionOf,
  versionsOf,
} from '../values/wire-records.js'
import { BackendChanges, type TellChanges } from './backend-changes.js'
import { PendingWrites } from './pending-writes.js'

/** The operations that change the backend. */
type Write = Exclude<
  wire.BackendOp,
  'Init' | 'GetAll' | { Get: unknown } | { GetMany: unknown } | { Scan: unknown } | { ScanPage: unknown }
>

/** A page-provided backend, called by the worker. */
export class HostBackend {
  readonly #backend: StorageBackend
  readonly #writes = new PendingWrites()
  readonly #changes: BackendChanges
  #initialised = false
  readonly #connected: (state: 'online' | 'offline', why?: string) => void
  readonly #listens: Array<() => void> = []

  /** `connected` is called whenever the backend's engine is reached or not. */
  constructor(backend: StorageBackend, connected: (state: 'online' | 'offline', why?: string) => void = () => {}) {
    this.#backend = backend
    this.#connected = connected
    this.#changes = new BackendChanges(!!backend.compareAndSet)
  }

  /** How the worker opens it. */
  get choice(): wire.BackendChoice {
    const { getMany, setMany, deleteMany, scan, compareAndSet, changes, scanPage, transact } = this.#backend
    const { constructor, expires } = this.#backend
    const name = constructor === Object || !constructor?.name ? 'host' : constructor.name
    const methods = {
      getMany: !!getMany,
      setMany: !!setMany,
      deleteMany: !!deleteMany,
      scan: !!scan,
      compareAndSet: !!compareAndSet,
      changes: !!changes,
      scanPage: !!scanPage,
      transact: !!transact,
      expires: !!expires,
    }
    return { Host: { name, methods } }
  }

  /**
   * Does what the worker asks; `tell` tells that worker what has changed. Rejects with what the backend threw, and with
   * a TypeError or a ValueError for an invalid answer.
   */
  async serve(op: wire.BackendOp, tell: TellChanges | null = null): Promise<wire.BackendAnswer> {
    const backend = this.#backend
    if (op === 'Init') return this.#init(tell)
    if (op === 'GetAll') return this.#found(await backend.getAll(), 'getAll()')
    if (op === 'Clear' || op === 'Close') return this.#writes.add(this.#write(op))
    if ('Get' in op) return this.#foundOne(op.Get.key, await backend.get(op.Get.key), 'get()')
    if ('GetMany' in op) return this.#found(await backend.getMany?.(op.GetMany.keys), 'getMany()')
    if ('Scan' in op) return this.#found(await backend.scan?.(op.Scan.prefix), 'scan()')
    if ('ScanPage' in op) {
      const { prefix, cursor, limit } = op.ScanPage
      const page = await backend.scanPage?.(prefix, cursor ?? undefined, limit)
      return this.#versioned(page?.records, page?.cursor ?? null, 'scanPage().records')
    }
    return this.#writes.add(this.#write(op))
  }

  /**
   * Resolves when what was being written has ended: what a worker that is gone has asked for would undo
   * what is written after it. What takes longer than 30 s is not waited for.
   */
  writesEnded(): Promise<void> {
    return this.#writes.ended()
  }

  /** A worker that replaces another asks again: the backend is made ready once. */
  async #init(tell: TellChanges | null): Promise<wire.BackendAnswer> {
    await this.#writes.ended()
    if (!this.#initialised) await this.#writes.add((async () => this.#backend.init())())
    this.#initialised = true
    this.#changes.tell = tell
    // Before anything is read, so that nothing is missed.
    if (this.#listens.length === 0) {
      const { changes, onConnection } = this.#backend
      if (changes) this.#listens.push(changes.call(this.#backend, this.#changes.hear))
      if (onConnection) this.#listens.push(onConnection.call(this.#backend, this.#connected))
    }
    return 'Done'
  }

  async #write(op: Write): Promise<wire.BackendAnswer> {
    const backend = this.#backend
    if (op === 'Close') {
      this.#initialised = false
      this.#changes.tell = null
      for (const end of this.#listens.splice(0)) end()
      await backend.close?.()
    } else if (op === 'Clear') await backend.clear()
    else if ('Set' in op) await backend.set(await inTurns(fromWireRecordInSteps(op.Set.record)))
    else if ('Delete' in op) await backend.delete(op.Delete.key)
    else if ('SetMany' in op) await backend.setMany?.(await inTurns(fromWireRecordsInSteps(op.SetMany.records)))
    else if ('CompareAndSet' in op) return this.#swap(op.CompareAndSet)
    else if ('Transact' in op) await this.#transact(op.Transact)
    else await backend.deleteMany?.(op.DeleteMany.keys)
    return 'Done'
  }

  async #swap(op: { key: string; version: string | null; next: wire.Record | null }): Promise<wire.BackendAnswer> {
    const next = op.next ? await inTurns(fromWireRecordInSteps(op.next)) : undefined
    const swapped = await this.#backend.compareAndSet?.(op.key, op.version ?? undefined, next)
    if (swapped?.ok === true) return { Swapped: { version: versionOf(swapped, true, 'compareAndSet()') } }
    if (swapped?.ok === false) return this.#foundOne(op.key, swapped.current, 'compareAndSet().current')
    throw new TypeError('compareAndSet() answered with no `ok`')
  }

  async #transact({ records, removed }: { records: wire.Record[]; removed: string[] }): Promise<void> {
    const stored = await inTurns(fromWireRecordsInSteps(records))
    const done = await this.#backend.transact?.([
      ...stored.map(next => ({ key: next.key, next })),
      ...removed.map(key => ({ key, next: undefined })),
    ])
    if (done?.ok !== true) throw new TypeError('transact() has stored nothing, though it was asked for no versions')
  }

  async #found(answer: unknown, name: string): Promise<wire.BackendAnswer> {
    if (this.#backend.compareAndSet) return this.#versioned(answer, null, name)
    return { Records: await inTurns(toWireRecordsInSteps(answer, name)) }
  }

  async #versioned(answer: unknown, cursor: string | null, name: string): Promise<wire.BackendAnswer> {
    const records = await inTurns(toWireRecordsInSteps(answer, name))
    const versions = versionsOf(answer as unknown[], !!this.#backend.compareAndSet, name)
    return { Versioned: { records, versions, cursor } }
  }

  async #foundOne(key: string, answer: unknown, name: string): Promise<wire.BackendAnswer> {
    if (answer === undefined || answer === null) return { Record: null }
    const record = await inTurns(toWireRecordInSteps(answer, name))
    // Whose it is is not for the script to know that asked.
    if (record.key !== key)
      throw new TypeError(`${name} was asked for ${JSON.stringify(key)} and answered with the record of another key`)
    if (!this.#backend.compareAndSet) return { Record: record }
    return { Versioned: { records: [record], versions: [versionOf(answer, true, name)], cursor: null } }
  }
}
