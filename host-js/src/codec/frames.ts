/** gloo-worker's frames around the protocol's messages. */

import { ProtocolError } from '../errors.js'
import { VERSION, type FromWorker, type ToWorker } from '../generated/protocol.js'
import { decode, encode } from './schema-codec.js'

/** Encodes a frame for the worker. */
export function encodeFrame(frame: ToWorker): Uint8Array<ArrayBuffer> {
  return encode('ToWorker', frame)
}

/**
 * Decodes what came from the worker. Throws a ProtocolError for anything else; when it is the
 * first word of another release's worker, the error names both versions.
 */
export function decodeFrame(data: unknown): FromWorker {
  if (!(data instanceof Uint8Array)) throw new ProtocolError('the worker sent what is not bytes')
  const version = readyVersion(data)
  if (version !== null && version !== VERSION) throw versionMismatch(version)
  // The schema is generated from the same types.
  return decode('FromWorker', data) as FromWorker
}

function versionMismatch(worker: number): ProtocolError {
  return new ProtocolError(
    `the page speaks version ${VERSION} of the protocol and the worker version ${worker}: load both from the same ` +
      'release of pubwiki-lua',
  )
}

/** The version in a Ready, which is its first field in every version: ProcessOutput, id, Ready. */
function readyVersion(data: Uint8Array): number | null {
  if (data[0] !== 1 || data[1] !== HANDLER || data[2] !== 0) return null
  let version = 0
  for (let index = 0; index < 5; index++) {
    const byte = data[3 + index]
    if (byte === undefined) return null
    version += (byte & 127) * 2 ** (7 * index)
    if (byte < 128) return version
  }
  return null
}

/** The only bridge that a host has to its worker. */
export const HANDLER = 1
