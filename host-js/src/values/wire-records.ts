/** Records between the page's form, with a value, and the protocol's, with JSON text. */

import { atIndex } from '../checks/value-path.js'
import { isWellFormed } from '../codec/writer.js'
import { ArgumentError, ValueError } from '../errors/error-classes.js'
import { atOnce, inTurns, type Steps } from '../event-loop/steps.js'
import type * as wire from '../generated/protocol.js'
import type { StateRecord } from '../values/state-record.js'
import { fromJsonTextInSteps, toJsonTextInSteps } from './json-text.js'

/**
 * Checks a record that came from the page. Throws an ArgumentError that begins with `name` for a
 * wrong shape, and a ValueError for a value that cannot be stored.
 */
export function toWireRecord(record: unknown, name: string): wire.Record {
  return atOnce(toWireRecordInSteps(record, name))
}

/** Checks records that came from the page; throws as [`toWireRecord`]. */
export function toWireRecords(records: unknown, name: string): wire.Record[] {
  return atOnce(toWireRecordsInSteps(records, name))
}

/** As [`toWireRecord`], in steps. */
export function* toWireRecordInSteps(record: unknown, name: string): Steps<wire.Record> {
  if (typeof record !== 'object' || record === null) throw wrong(name, `is not a record but ${describe(record)}`)
  const { key, value, createdAt, updatedAt, expiresAt }: Partial<StateRecord> = record
  if (typeof key !== 'string') throw wrong(`${name}.key`, `is not a string but ${describe(key)}`)
  if (!isWellFormed(key)) {
    throw new ValueError(`${name}.key: a string with a lone surrogate has no UTF-8 form`, { path: `${name}.key` })
  }
  if (value === undefined) throw wrong(`${name}.value`, 'is missing')
  return {
    key,
    value: yield* toJsonTextInSteps(value, `${name}.value`),
    createdAt: time(createdAt, `${name}.createdAt`),
    updatedAt: time(updatedAt, `${name}.updatedAt`),
    // A server's JSON may say null for what is absent.
    expiresAt: expiresAt === undefined || expiresAt === null ? null : time(expiresAt, `${name}.expiresAt`),
  }
}

/** As [`toWireRecords`], in steps. */
export function* toWireRecordsInSteps(records: unknown, name: string): Steps<wire.Record[]> {
  if (!Array.isArray(records)) throw wrong(name, `is not an array of records but ${describe(records)}`)
  const checked: wire.Record[] = []
  for (const [index, record] of Array.from(records).entries()) {
    checked.push(yield* toWireRecordInSteps(record, atIndex(name, index)))
    yield
  }
  return checked
}

/** The same, in turns with the page's other work. */
export async function toWireRecordsInTurns(records: unknown, name: string): Promise<wire.Record[]> {
  return inTurns(toWireRecordsInSteps(records, name))
}

/** The page's form of a record. */
export function fromWireRecord(record: wire.Record): StateRecord {
  return atOnce(fromWireRecordInSteps(record))
}

/** The same in steps. */
export function* fromWireRecordInSteps({
  key,
  value,
  createdAt,
  updatedAt,
  expiresAt,
}: wire.Record): Steps<StateRecord> {
  const held = yield* fromJsonTextInSteps(value)
  return { key, value: held, createdAt, updatedAt, ...(expiresAt === null ? {} : { expiresAt }) }
}

/** The page's form of records, in steps. */
export function* fromWireRecordsInSteps(records: readonly wire.Record[]): Steps<StateRecord[]> {
  const held: StateRecord[] = []
  for (const record of records) {
    held.push(yield* fromWireRecordInSteps(record))
    yield
  }
  return held
}

/** The versions of records that were checked, one for each: each has one if they `must`. */
export function versionsOf(records: readonly unknown[], must: boolean, name: string): string[] {
  return Array.from(records, (record, index) => versionOf(record, must, atIndex(name, index)))
}

/** The version of a record that was checked; empty for none. */
export function versionOf(record: unknown, must: boolean, name: string): string {
  const { version }: Partial<StateRecord> = record as StateRecord
  if (version === undefined && !must) return ''
  if (typeof version === 'string' && version !== '' && isWellFormed(version)) return version
  throw wrong(`${name}.version`, `is not a text that is not empty but ${describe(version)}`)
}

function time(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name, `is not a time but ${describe(value)}`)
  return value
}

function wrong(path: string, why: string): ArgumentError {
  return new ArgumentError(`${path} ${why}`, { path })
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`
}
