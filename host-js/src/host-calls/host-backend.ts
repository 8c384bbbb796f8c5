/** Calls a page-provided backend for the worker. */

import type { StorageBackend } from '../backends/storage-backend.js'
import { inTurns } from '../event-loop/steps.js'
import type * as wire from '../generated/protocol.js'
import {
  fromWireRecordInSteps,
  fromWireRecordsInSteps,
  toWireRecordInSteps,
  toWireRecordsInSteps,
} from '../values/wire-records.js'
import { PendingWrites } from './pending-writes.js'

/** The operations that change the backend. */
type Write = Exclude<wire.BackendOp, 'Init' | 'GetAll' | { Get: unknown } | { GetMany: unknown } | { Scan: unknown }>

/** A page-provided backend, called by the worker. */
export class HostBackend {
  readonly #backend: StorageBackend
  readonly #writes = new PendingWrites()
  #initialised = false

  constructor(backend: StorageBackend) {
    this.#backend = backend
  }

  /** How the worker opens it. */
  get choice(): wire.BackendChoice {
    const { getMany, setMany, deleteMany, scan, constructor } = this.#backend
    const name = constructor === Object || !constructor?.name ? 'host' : constructor.name
    return {
      Host: { name, methods: { getMany: !!getMany, setMany: !!setMany, deleteMany: !!deleteMany, scan: !!scan } },
    }
  }

  /**
   * Does what the worker asks. Rejects with what the backend threw, and with a TypeError or a
   * ValueError for an invalid answer.
   */
  async serve(op: wire.BackendOp): Promise<wire.BackendAnswer> {
    const backend = this.#backend
    if (op === 'Init') return this.#init()
    if (op === 'GetAll') return this.#found(await backend.getAll(), 'getAll()')
    if (op === 'Clear' || op === 'Close') return this.#writes.add(this.#write(op))
    if ('Get' in op) return { Record: await this.#checkFound(op.Get.key, await backend.get(op.Get.key)) }
    if ('GetMany' in op) return this.#found(await backend.getMany?.(op.GetMany.keys), 'getMany()')
    if ('Scan' in op) return this.#found(await backend.scan?.(op.Scan.prefix), 'scan()')
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
  async #init(): Promise<wire.BackendAnswer> {
    await this.#writes.ended()
    if (!this.#initialised) await this.#writes.add((async () => this.#backend.init())())
    this.#initialised = true
    return 'Done'
  }

  async #write(op: Write): Promise<wire.BackendAnswer> {
    const backend = this.#backend
    if (op === 'Close') {
      this.#initialised = false
      await backend.close?.()
    } else if (op === 'Clear') await backend.clear()
    else if ('Set' in op) await backend.set(await inTurns(fromWireRecordInSteps(op.Set.record)))
    else if ('Delete' in op) await backend.delete(op.Delete.key)
    else if ('SetMany' in op) await backend.setMany?.(await inTurns(fromWireRecordsInSteps(op.SetMany.records)))
    else await backend.deleteMany?.(op.DeleteMany.keys)
    return 'Done'
  }

  async #found(answer: unknown, name: string): Promise<wire.BackendAnswer> {
    return { Records: await inTurns(toWireRecordsInSteps(answer, name)) }
  }

  async #checkFound(key: string, answer: unknown): Promise<wire.Record | null> {
    if (answer === undefined || answer === null) return null
    const record = await inTurns(toWireRecordInSteps(answer, 'get()'))
    // Whose it is is not for the script to know that asked.
    if (record.key !== key)
      throw new TypeError(`get() was asked for ${JSON.stringify(key)} and answered with the record of another key`)
    return record
  }
}
