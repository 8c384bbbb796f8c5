/** The page's side of a worker that runs a peer. */

/** The peers that have a worker. */
export type Peer = 'wasmoon' | 'fengari'

/** What the worker answers. */
type Answer = { values: unknown[] } | { error: string }

/** A worker with a peer; it takes one script at a time. */
export class LuaWorker {
  readonly #worker: Worker

  constructor(readonly peer: Peer) {
    this.#worker = new Worker(new URL(`${peer}-worker.js`, import.meta.url), { type: 'module' })
  }

  /** Runs a script and gives what it returned. */
  async run(code: string): Promise<unknown[]> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data)
      this.#worker.onerror = ({ message }) => reject(new Error(`the worker of ${this.peer} failed: ${message}`))
      this.#worker.postMessage({ code })
    })
    if ('error' in answer) throw new Error(`${this.peer}: ${answer.error}`)
    return answer.values
  }

  /** Ends the worker. */
  close(): void {
    this.#worker.terminate()
  }
}
