/** The text of a record's item, in the form that the worker's localStorage backend reads and writes. */

import type * as wire from '../generated/protocol.js'
import type { StateRecord } from '../values/state-record.js'

/** The value's own text comes last, as it is. */
export function toItem({ createdAt, updatedAt, expiresAt, value }: wire.Record): string {
  const expires = expiresAt === null ? '' : `"expiresAt":${expiresAt},`
  return `{"createdAt":${createdAt},"updatedAt":${updatedAt},${expires}"value":${value}}`
}

/** The record of this key. `text` is one of the worker's or of [`toItem`]. */
export function fromItem(key: string, text: string): StateRecord {
  return { key, ...JSON.parse(text) }
}
