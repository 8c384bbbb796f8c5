import type * as wire from '../generated/protocol.js'
import { BuiltInBackend } from './built-in.js'

/** Keeps records in memory until the page goes. */
export class MemoryBackend extends BuiltInBackend {
  readonly choice: wire.BackendChoice = 'Memory'
  /** What the worker has acknowledged, so that it outlasts the worker. */
  readonly #kept = new Map<string, wire.Record>()

  protected override async call(op: wire.BackendOp): Promise<wire.BackendAnswer> {
    const answer = await super.call(op)
    this.#keep(op)
    return answer
  }

  protected override restoring(): wire.BackendOp[] {
    return this.#kept.size === 0 ? [] : [{ SetMany: { records: [...this.#kept.values()] } }]
  }

  #keep(op: wire.BackendOp): void {
    if (op === 'Clear') this.#kept.clear()
    if (typeof op !== 'object') return
    if ('Set' in op) this.#kept.set(op.Set.record.key, op.Set.record)
    if ('SetMany' in op) for (const record of op.SetMany.records) this.#kept.set(record.key, record)
    if ('Delete' in op) this.#kept.delete(op.Delete.key)
    if ('DeleteMany' in op) for (const key of op.DeleteMany.keys) this.#kept.delete(key)
  }
}
