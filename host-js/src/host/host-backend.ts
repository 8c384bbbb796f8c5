/** Serves the page's own backend to the worker. */

import type * as wire from '../generated/protocol.js'
import { fromWireRecord, toWireRecord, toWireRecords } from '../records.js'
import type { StorageBackend } from '../storage.js'

const REQUIRED = ['init', 'get', 'set', 'delete', 'getAll', 'clear'] as const
const OPTIONAL = ['close', 'getMany', 'setMany', 'deleteMany', 'scan'] as const

/** Throws a TypeError that names what `backend` lacks to be one. */
export function checkBackend(backend: unknown): asserts backend is StorageBackend {
  if (typeof backend !== 'object' || backend === null) throw new TypeError('a storage backend is an object with the methods of StorageBackend')
  const has: Partial<Record<string, unknown>> = backend
  const wrong = [
    ...REQUIRED.filter(name => typeof has[name] !== 'function'),
    ...OPTIONAL.filter(name => has[name] !== undefined && typeof has[name] !== 'function'),
  ]
  if (wrong.length > 0) throw new TypeError(`the storage backend has no method ${wrong.join(', ')}`)
}

/** A backend of the page, called by the worker. */
export class HostBackend {
  readonly #backend: StorageBackend
  #initialised = false

  constructor(backend: StorageBackend) {
    this.#backend = backend
  }

  /** What the worker is told of it. */
  get choice(): wire.BackendChoice {
    const { getMany, setMany, deleteMany, scan, constructor } = this.#backend
    const name = constructor === Object || !constructor?.name ? 'host' : constructor.name
    return { Host: { name, methods: { getMany: !!getMany, setMany: !!setMany, deleteMany: !!deleteMany, scan: !!scan } } }
  }

  /**
   * Does what the worker asks. Rejects with what the backend threw, and with a TypeError or a
   * ValueError for an answer that is none.
   */
  async serve(op: wire.BackendOp): Promise<wire.BackendAnswer> {
    if (typeof op === 'string') return this.#serveSimple(op)
    const backend = this.#backend
    if ('Get' in op) return { Record: this.#checkFound(op.Get.key, await backend.get(op.Get.key)) }
    if ('Set' in op) return done(await backend.set(fromWireRecord(op.Set.record)))
    if ('Delete' in op) return done(await backend.delete(op.Delete.key))
    if ('GetMany' in op) return { Records: toWireRecords(await backend.getMany?.(op.GetMany.keys), 'getMany()') }
    if ('SetMany' in op) return done(await backend.setMany?.(op.SetMany.records.map(fromWireRecord)))
    if ('DeleteMany' in op) return done(await backend.deleteMany?.(op.DeleteMany.keys))
    return { Records: toWireRecords(await backend.scan?.(op.Scan.prefix), 'scan()') }
  }

  async #serveSimple(op: Extract<wire.BackendOp, string>): Promise<wire.BackendAnswer> {
    switch (op) {
      case 'Init':
        // Once, though a worker that replaces another asks again.
        if (!this.#initialised) await this.#backend.init()
        this.#initialised = true
        return 'Done'
      case 'GetAll':
        return { Records: toWireRecords(await this.#backend.getAll(), 'getAll()') }
      case 'Clear':
        return done(await this.#backend.clear())
      case 'Close':
        this.#initialised = false
        return done(await this.#backend.close?.())
    }
  }

  #checkFound(key: string, answer: unknown): wire.Record | null {
    if (answer === undefined || answer === null) return null
    const record = toWireRecord(answer, 'get()')
    if (record.key !== key) throw new TypeError(`get() was asked for ${JSON.stringify(key)} and answered with ${JSON.stringify(record.key)}`)
    return record
  }
}

function done(_: unknown): wire.BackendAnswer {
  return 'Done'
}
