/** gloo-worker's frames around the protocol's messages. */

import { ProtocolError } from '../errors/error-classes.js'
import type { Steps } from '../event-loop/steps.js'
import { type FromWorker, type ToWorker, VERSION } from '../generated/protocol.js'
import { pack, unpack } from './packing.js'
import { Reader, type ValueForm } from './reader.js'
import { decode, encode } from './schema-codec.js'
import { decodeInSteps } from './steps-codec.js'
import { indexOf } from './variants.js'

/** Encodes a frame for the worker, in the form in which it is posted. */
export function encodeFrame(frame: ToWorker): string | Uint8Array<ArrayBuffer> {
  return pack(encode('ToWorker', frame))
}

/**
 * Decodes what came from the worker. Throws a ProtocolError for anything else; when it is the
 * first word of another release's worker, the error names both versions.
 */
export function decodeFrame(data: unknown, values: ValueForm = 'plain'): FromWorker {
  const bytes = bytesOf(data)
  if (!bytes) throw new ProtocolError('the worker sent what is not bytes')
  const version = readyVersion(bytes)
  if (version !== null && version !== VERSION) throw versionMismatch(version)
  // The schema is generated from the same types; who gets a value takes it for unknown.
  return decode('FromWorker', bytes, values) as FromWorker
}

/** The same in steps, for a frame that is large. */
export function* decodeFrameInSteps(bytes: Uint8Array, values: ValueForm = 'plain'): Steps<FromWorker> {
  return (yield* decodeInSteps('FromWorker', bytes, values)) as FromWorker
}

/**
 * The lane of a frame, within which frames keep their order: a run or another request by its id, or all
 * calls to backends. Null for a frame that waits for no other.
 */
export function laneOf(data: unknown): number | null {
  const bytes = bytesOf(data)
  if (!bytes) return null
  try {
    const from = new Reader(bytes)
    if (from.varint(32) !== OUTPUT_FRAME || from.varint(32) !== HANDLER) return null
    const [event, id] = [from.varint(32), from.varint(32)]
    if (
      event === ANSWER ||
      event === OUTPUT ||
      event === ERROR_OUTPUT ||
      event === STATE_CHANGED ||
      event === ANSWER_PART
    )
      return id
    if (event === CALL_PART) return BACKENDS
    if (event !== CALL) return null
    const call = from.varint(32)
    if (call === FUNCTION || call === INPUT) return from.varint(32)
    return call === POLICY || call === RESOLVE ? null : BACKENDS
  } catch {
    // It will be told that it does not decode.
    return null
  }
}

/** The bytes of a posted message; null for an invalid frame. */
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
  if (data[0] !== OUTPUT_FRAME || data[1] !== HANDLER || data[2] !== variant) return null
  let field = 0
  for (let index = 0; index < 5; index++) {
    const byte = data[3 + index]
    if (byte === undefined) return null
    field += (byte & 127) * 2 ** (7 * index)
    if (byte < 128) return field
  }
  return null
}

const OUTPUT_FRAME = indexOf('FromWorker', 'ProcessOutput')
const READY = indexOf('Event', 'Ready')
const ANSWER = indexOf('Event', 'Answer')
const OUTPUT = indexOf('Event', 'Output')
const ERROR_OUTPUT = indexOf('Event', 'ErrorOutput')
const CALL = indexOf('Event', 'Call')
const STATE_CHANGED = indexOf('Event', 'StateChanged')
const ANSWER_PART = indexOf('Event', 'AnswerPart')
const CALL_PART = indexOf('Event', 'CallPart')
const FUNCTION = indexOf('HostCall', 'Function')
const INPUT = indexOf('HostCall', 'Input')
const POLICY = indexOf('HostCall', 'ModulePolicy')
const RESOLVE = indexOf('HostCall', 'Resolve')
/** No request has this id. */
const BACKENDS = -1

/** The only bridge that a host has to its worker. */
export const HANDLER = 1
