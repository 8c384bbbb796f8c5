/** Posts frames to one worker, receives its events, and notices that it is gone. */

import { scriptAt, spawn } from '#spawn'
import { encodeFrame, HANDLER } from '../codec/frames.js'
import { ProtocolError, WorkerFailedError } from '../errors/error-classes.js'
import type { Artifact, Request, Event as WorkerEvent } from '../generated/protocol.js'
import { probeScript, type ScriptProbe } from '../spawn/script-probe.js'
import { adviceOn } from '../spawn/trusted-types.js'
import type { TrustedScriptUrl } from '../spawn/worker-url.js'
import { IncomingFrames } from './incoming-frames.js'
import { WorkerLock } from './worker-lock.js'

/** How long a worker may be silent before its script is probed, in milliseconds. */
const SILENT_MS = 3_000
/** Up to here bytes are copied. */
const SMALL = 4096
/** A frame in the form in which it is posted. */
type Posted = ReturnType<typeof encodeFrame>

/** The receiver of the worker's events. */
export interface PortListener {
  /** Its module is there. */
  loaded(): void
  /** It sent an event. */
  event(event: WorkerEvent): void
  /** The requests whose answers have whole floats told from integers. */
  readonly exact: ReadonlySet<number>
  /** It sent an event that is decoded later. `id` is of the request that it answers. */
  arriving(id: number | null): void
  /** It sent an invalid event, and goes on. `id` is of the answer that it seems to be. */
  garbled(error: ProtocolError, id: number | null): void
  /** It could not start, or it died. Nothing more follows, but that it goes on. */
  lost(reason: string): void
  /** It was told to end, and goes on computing. */
  outlasts(): void
}

/** One worker. It listens once its module is there; what is sent before is kept until then. */
export class WorkerPort {
  readonly #worker: Worker
  readonly #listener: PortListener
  readonly #incoming: IncomingFrames
  readonly #given: string | TrustedScriptUrl
  readonly #timer: ReturnType<typeof setTimeout>
  /** Held once the worker listens. */
  #lock: WorkerLock | null = null
  #waiting: Posted[] | null = []
  #probe: ScriptProbe | null = null

  /** Starts the script at `url`; it runs `artifact` or, without one, what the engine can. */
  constructor(url: string | TrustedScriptUrl, artifact: Artifact | undefined, listener: PortListener) {
    this.#listener = listener
    this.#given = url
    this.#incoming = new IncomingFrames({
      exact: listener.exact,
      arriving: id => listener.arriving(id),
      garbled: (error, id) => listener.garbled(error, id),
      frame: frame => (frame === 'WorkerLoaded' ? this.#begin() : listener.event(frame.ProcessOutput[1])),
    })
    try {
      this.#worker = spawn(url, artifact)
    } catch (cause) {
      const why = `${String(cause)}${adviceOn(cause)}`
      throw new WorkerFailedError(`no worker can be started from ${String(url)}: ${why}`, { cause })
    }
    this.#worker.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data)
    this.#worker.onmessageerror = () =>
      listener.garbled(new ProtocolError('the worker sent what cannot be read here'), null)
    this.#worker.onerror = event => {
      // A script that cannot be loaded is reported without a message.
      event.preventDefault()
      if (event.message) this.#lose(`the worker failed: ${event.message}`)
      else void this.#notLoaded()
    }
    this.#timer = setTimeout(() => void this.#lookAt(), SILENT_MS)
  }

  /** Whether the worker listens. */
  get loaded(): boolean {
    return this.#waiting === null
  }

  /** What was found at its script's URL, as the end of a message; empty before that was looked at. */
  get found(): string {
    return this.#probe ? `: at ${this.#url ?? ''} ${this.#probe.text}` : ''
  }

  /** The URL of its script; null when that is not known. */
  get #url(): string | null {
    return scriptAt(this.#given)
  }

  /** Sends a request. Throws a ValueError or a ProtocolError when it cannot be encoded. */
  send(request: Request): void {
    this.#post(encodeFrame({ ProcessInput: [HANDLER, request] }))
  }

  /** Ends the worker at once. The listener is called no more, unless it goes on. */
  terminate(): void {
    this.#worker.onmessage = this.#worker.onmessageerror = null
    this.#incoming.stop()
    clearTimeout(this.#timer)
    // One that is on its way would otherwise be an error of the page.
    this.#worker.onerror = event => event.preventDefault()
    this.#worker.terminate()
    const lock = this.#lock
    this.#lock = null
    void lock?.released().then(ended => {
      if (!ended) this.#listener.outlasts()
    })
  }

  #receive(data: unknown): void {
    const fatal = fatalMessage(data)
    if (fatal !== null) this.#lose(fatal)
    else this.#incoming.take(data)
  }

  #begin(): void {
    const waiting = this.#waiting
    // Said a second time, it is not news.
    if (!waiting) return
    this.#waiting = null
    clearTimeout(this.#timer)
    this.#lock = WorkerLock.make()
    if (this.#lock) this.#worker.postMessage(this.#lock.message)
    this.#post(encodeFrame({ Connected: HANDLER }))
    for (const frame of waiting) this.#post(frame)
    this.#listener.loaded()
  }

  #post(frame: Posted): void {
    if (this.#waiting) this.#waiting.push(frame)
    // To hand a buffer over costs more than to copy a small one.
    else if (typeof frame === 'string' || frame.length < SMALL) this.#worker.postMessage(frame)
    else this.#worker.postMessage(frame, [frame.buffer])
  }

  /** The browser says no more than that. */
  async #notLoaded(): Promise<void> {
    this.terminate()
    const url = this.#url
    const found = url === null ? null : await probeScript(url)
    const what = found ? ` (${found.text})` : ''
    this.#listener.lost(
      `the worker script cannot be loaded from ${url ?? 'the page'}${what}: check that the file is there, or set workerUrl`,
    )
  }

  /** Another script than ours, such as an empty one, starts and says nothing. */
  async #lookAt(): Promise<void> {
    const url = this.#url
    const found = url === null ? null : await probeScript(url)
    if (this.loaded || !found) return
    this.#probe = found
    if (found.isWrong) this.#lose(`the worker does not start${this.found}; check the file, or set workerUrl`)
  }

  #lose(reason: string): void {
    this.terminate()
    this.#listener.lost(reason)
  }
}

/** The reason in what the worker's script posts, outside the protocol, when all is over. */
function fatalMessage(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('fatal' in data)) return null
  const { fatal } = data
  const message = typeof fatal === 'object' && fatal !== null && 'message' in fatal ? fatal.message : null
  return typeof message === 'string' ? message : 'the worker failed without saying why'
}
