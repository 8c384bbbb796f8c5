/** gloo-worker's frames around the protocol's messages. */

import { ProtocolError } from '../errors.js'
import { VERSION, type FromWorker, type ToWorker } from '../generated/protocol.js'
import { pack, unpack } from './packing.js'
import { decode, encode } from './schema-codec.js'

/** Encodes a frame for the worker, in the form in which it is posted. */
export function encodeFrame(frame: ToWorker): string | Uint8Array<ArrayBuffer> {
  return pack(encode('ToWorker', frame))
}

/**
 * Decodes what came from the worker. Throws a ProtocolError for anything else; when it is the
 * first word of another release's worker, the error names both versions.
 */
export function decodeFrame(data: unknown): FromWorker {
  const bytes = bytesOf(data)
  if (!bytes) throw new ProtocolError('the worker sent what is not bytes')
  const version = readyVersion(bytes)
  if (version !== null && version !== VERSION) throw versionMismatch(version)
  // The schema is generated from the same types.
  return decode('FromWorker', bytes) as FromWorker
}

/** The bytes of what was posted; null for what is no frame. */
export function bytesOf(data: unknown): Uint8Array | null {
  if (data instanceof Uint8Array) return data
  if (typeof data !== 'string') return null
  const bytes = new Uint8Array(data.length)
  return unpack(data, bytes) < 0 ? null : bytes
}

function versionMismatch(worker: number): ProtocolError {
  return new ProtocolError(
    `the page speaks version ${VERSION} of the protocol and the worker version ${worker}: load both from the same ` +
      'release of pubwiki-lua',
  )
}

/** The request that a frame seems to answer, also when the rest of it does not decode. */
export function answerId(data: unknown): number | null {
  const bytes = bytesOf(data)
  return bytes && firstField(bytes, ANSWER)
}

/** The version in a Ready, which is its first field in every version. */
function readyVersion(data: Uint8Array): number | null {
  return firstField(data, READY)
}

/** The first field of an event, an integer, when it is of this variant: ProcessOutput, id, variant. */
function firstField(data: Uint8Array, variant: number): number | null {
  if (data[0] !== 1 || data[1] !== HANDLER || data[2] !== variant) return null
  let field = 0
  for (let index = 0; index < 5; index++) {
    const byte = data[3 + index]
    if (byte === undefined) return null
    field += (byte & 127) * 2 ** (7 * index)
    if (byte < 128) return field
  }
  return null
}

/** Variants of Event. */
const READY = 0
const ANSWER = 1

/** The only bridge that a host has to its worker. */
export const HANDLER = 1
