/** Records for conformance tests, and what is expected of them. */

import type { StorageBackend } from '../backends/storage-backend.js'
import type { StateRecord } from '../values/state-record.js'

/** One promise, for whichever test framework. */
export interface ConformanceTest {
  name: string
  /** Rejects with an Error that says which promise is broken. Allow it 20 s. */
  run(): Promise<void>
}

/** A record with this key and value. */
export function record(key: string, value: unknown): StateRecord {
  return { key, value, createdAt: 1_700_000_000_000, updatedAt: 1_700_000_000_001 }
}

/** Checks that these are the records, by all ways to read them. */
export async function holds(backend: StorageBackend, records: StateRecord[]): Promise<void> {
  for (const each of records) same(await backend.get(each.key), each, `get of ${JSON.stringify(each.key).slice(0, 50)}`)
  same(sorted(await backend.getAll()), sorted(records), 'getAll')
}

/** Records in the order of their keys. */
export function sorted(records: StateRecord[]): StateRecord[] {
  return [...records].sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
}

/** Throws an Error about `what` that is not as expected. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (equal(actual, expected)) return
  throw new Error(`${what}: expected ${show(expected)}, but it is ${show(actual)}`)
}

function equal(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [fieldsOfA, fieldsOfB] = [fields(a), fields(b)]
  return (
    fieldsOfA.size === fieldsOfB.size &&
    [...fieldsOfA].every(([key, value]) => fieldsOfB.has(key) && equal(value, fieldsOfB.get(key)))
  )
}

/** A field that is undefined is as good as none; a version is nobody's business. */
function fields(object: object): Map<string, unknown> {
  const is = ([name, value]: [string, unknown]) => value !== undefined && name !== 'version'
  return new Map(Object.entries(object).filter(is))
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 200)
}
