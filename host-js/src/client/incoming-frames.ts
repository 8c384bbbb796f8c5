/** Decodes the worker's frames: large ones in turns with the page's other work. */

import { answerId, decodeFrame, decodeFrameInSteps, laneOf } from '../codec/frames.js'
import { ProtocolError } from '../errors/error-classes.js'
import { inTurns } from '../event-loop/steps.js'
import type { FromWorker } from '../generated/protocol.js'

/** Up to here a frame is decoded in less than a millisecond, in bytes. */
const LARGE = 16 * 1024

/** The receiver of decoded frames. */
export interface Receiver {
  /** The requests whose answers have whole floats told from integers. */
  readonly exact: ReadonlySet<number>
  /** A frame has come, and is decoded later. `id` is of the request that it answers. */
  arriving(id: number | null): void
  frame(frame: FromWorker): void
  /** It was an invalid frame. `id` is of the answer that it seems to be. */
  garbled(error: ProtocolError, id: number | null): void
}

/**
 * Decodes what comes. While a large frame is decoded, what belongs to it waits: the order of what is
 * about one run or watch stays, and so does that of calls to backends. All else goes by.
 */
export class IncomingFrames {
  readonly #receiver: Receiver
  readonly #lanes = new Map<number, unknown[]>()
  #stopped = false

  constructor(receiver: Receiver) {
    this.#receiver = receiver
  }

  /** Takes what was posted. */
  take(data: unknown): void {
    const lane = this.#lanes.size > 0 || isLarge(data) ? laneOf(data) : null
    const waiting = lane === null ? undefined : this.#lanes.get(lane)
    if (lane === null || (!waiting && !isLarge(data))) return this.#tell(data)
    this.#receiver.arriving(answerId(data))
    if (waiting) waiting.push(data)
    else void this.#tellAll(lane, data)
  }

  /** Passes nothing on any more. */
  stop(): void {
    this.#stopped = true
  }

  async #tellAll(lane: number, first: unknown): Promise<void> {
    const waiting = [first]
    this.#lanes.set(lane, waiting)
    for (let data = waiting.shift(); data !== undefined; data = waiting.shift()) {
      if (isLarge(data)) await this.#tellLarge(data)
      else this.#tell(data)
    }
    this.#lanes.delete(lane)
  }

  #tell(data: unknown): void {
    let frame: FromWorker
    try {
      frame = decodeFrame(data, this.#form(data))
    } catch (cause) {
      return this.#garbled(cause, data)
    }
    if (!this.#stopped) this.#receiver.frame(frame)
  }

  async #tellLarge(data: Uint8Array): Promise<void> {
    let frame: FromWorker
    try {
      frame = await inTurns(decodeFrameInSteps(data, this.#form(data)))
    } catch (cause) {
      return this.#garbled(cause, data)
    }
    if (!this.#stopped) this.#receiver.frame(frame)
  }

  #form(data: unknown): 'exact' | 'plain' {
    const { exact } = this.#receiver
    return exact.size > 0 && exact.has(answerId(data) ?? 0) ? 'exact' : 'plain'
  }

  #garbled(cause: unknown, data: unknown): void {
    if (this.#stopped) return
    const error =
      cause instanceof ProtocolError
        ? cause
        : new ProtocolError(`a message cannot be read: ${String(cause)}`, { cause })
    this.#receiver.garbled(error, answerId(data))
  }
}

function isLarge(data: unknown): data is Uint8Array {
  return data instanceof Uint8Array && data.length > LARGE
}
