/** The real worker without the client: messages by hand. */

import { decodeFrame, encodeFrame } from '../../../host-js/src/codec/frames.js'
import type { Request, RunLimits, Event as WorkerEvent } from '../../../host-js/src/generated/protocol.js'

/** A worker whose events are read one by one. */
export class RawWorker {
  readonly noLimits: RunLimits = { timeoutMs: null, cpuMs: null, memoryBytes: null, outputBytes: null }
  readonly #worker: Worker
  readonly #events: WorkerEvent[] = []
  #waiting: ((event: WorkerEvent) => void) | null = null

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  /** Starts the script and connects once it has loaded. */
  static async start(url: string): Promise<RawWorker> {
    const raw = new RawWorker(new Worker(url, { type: 'module' }))
    await new Promise<void>((resolve, reject) => {
      raw.#worker.onerror = () => reject(new Error('the worker cannot start'))
      raw.#worker.onmessage = ({ data }: MessageEvent<unknown>) => {
        try {
          const frame = decodeFrame(data, 'wire')
          if (frame === 'WorkerLoaded') resolve()
          else raw.#receive(frame.ProcessOutput[1])
        } catch {
          reject(new Error(`the worker said ${JSON.stringify(data)}`))
        }
      }
    })
    raw.post(encodeFrame({ Connected: 1 }))
    return raw
  }

  /** Posts anything. */
  post(data: unknown): void {
    this.#worker.postMessage(data)
  }

  /** Sends a request. */
  send(request: Request): void {
    this.post(encodeFrame({ ProcessInput: [1, request] }))
  }

  /** The next event that is no heartbeat. */
  next(): Promise<WorkerEvent> {
    const event = this.#events.shift()
    if (event) return Promise.resolve(event)
    return new Promise(resolve => {
      this.#waiting = resolve
    })
  }

  end(): void {
    this.#worker.terminate()
  }

  #receive(event: WorkerEvent): void {
    if (event === 'Heartbeat') return
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) waiting(event)
    else this.#events.push(event)
  }
}
