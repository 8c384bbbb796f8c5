/** The page's side of the worker that runs wasmoon. */

/** What the worker answers. */
type Answer = { values: unknown[] } | { error: string }

/** A worker with wasmoon; it takes one script at a time. */
export class Wasmoon {
  readonly #worker = new Worker(new URL('wasmoon-worker.js', import.meta.url), { type: 'module' })

  /** Runs a script and gives what it returned. */
  async run(code: string): Promise<unknown[]> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data)
      this.#worker.onerror = ({ message }) => reject(new Error(`wasmoon's worker failed: ${message}`))
      this.#worker.postMessage({ code })
    })
    if ('error' in answer) throw new Error(`wasmoon: ${answer.error}`)
    return answer.values
  }

  /** Ends the worker. */
  close(): void {
    this.#worker.terminate()
  }
}
