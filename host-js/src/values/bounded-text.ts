/** Texts of bounded size, by the worker's rules. */

import { isWellFormed } from '../codec/writer.js'

/** The most that the mark of a cut text takes, in bytes. */
const MARK_BYTES = 64

const encoder = new TextEncoder()

/** `text` in at most `limit` bytes of UTF-8; one that is longer is cut, and says so. */
export function bounded(text: string, limit: number): string {
  // A byte holds no more than a character's part.
  const head = wellFormed(text.slice(0, limit))
  if (text.length <= limit && utf8Length(head) <= limit) return head
  const { read } = encoder.encodeInto(head, new Uint8Array(limit - MARK_BYTES))
  return `${head.slice(0, read)}… (${text.length} characters in all)`
}

/** How many bytes a text takes in UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length
}

function wellFormed(text: string): string {
  return isWellFormed(text) ? text : text.replace(/\p{Surrogate}/gu, '\ufffd')
}
