/** The input that a script reads from `io.stdin`, in pieces on request. */

import { describe, wrong } from '../checks/options.js'

/** A script's input: text, which is sent as UTF-8, bytes, or pieces of these over time. */
export type InputSource = string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>

/** The most that one message carries, in bytes: encoding it must not block the page. */
const PIECE_BYTES = 256 * 1024

/** Gives the pieces of an input one after another; undefined at its end. Throws an ArgumentError for an invalid input. */
export function toInput(source: InputSource | undefined): () => Promise<Uint8Array | undefined> {
  if (source === undefined) return async () => undefined
  const pieces = cut(toPieces(source))
  // Two coroutines may read at once: pieces leave in the order in which they are asked for.
  let last: Promise<unknown> = Promise.resolve()
  return () => {
    const next = last.then(async () => {
      const { value, done } = await pieces.next()
      return done ? undefined : value
    })
    last = next.catch(() => {})
    return next
  }
}

function toPieces(source: InputSource): AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array> {
  if (typeof source === 'string' || source instanceof Uint8Array) return [source]
  if (typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source))
    return source
  throw wrong('stdin', `it takes a string, a Uint8Array, or an iterable of these, not ${describe(source)}`)
}

async function* cut(pieces: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder()
  for await (const piece of pieces) {
    if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) {
      throw wrong('stdin', `its pieces are strings or Uint8Arrays, not ${describe(piece)}`)
    }
    for (let from = 0; from < piece.length; ) {
      const to = end(piece, from)
      yield typeof piece === 'string' ? encoder.encode(piece.slice(from, to)) : piece.subarray(from, to)
      from = to
    }
  }
  return undefined
}

/** Where the part of `piece` that begins at `from` ends: no surrogate pair is cut. */
function end(piece: string | Uint8Array, from: number): number {
  const to = Math.min(piece.length, from + PIECE_BYTES)
  if (typeof piece !== 'string' || to === piece.length) return to
  const last = piece.charCodeAt(to - 1)
  return last >= 0xd800 && last < 0xdc00 ? to - 1 : to
}
