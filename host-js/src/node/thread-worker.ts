/** A thread that looks like a Web Worker, as far as the client uses one. */

import { Worker as Thread, type TransferListItem } from 'node:worker_threads'
import { ThreadServices } from './thread-services.js'

/** What a thread is told. */
export interface ThreadData {
  /** The URL of the worker's script; null for the package's own. */
  readonly script: string | null
  /** The worker's name. */
  readonly name: string
}

interface Failure {
  readonly message: string
  preventDefault(): void
}

// No literal expression within `new Worker`: a bundler would take the thread's script for a worker of a page's.
const here = import.meta.url

/**
 * A worker in a thread. It does not keep the process alive by itself: while something is in progress,
 * the client's watchdog does.
 */
export class ThreadWorker {
  onmessage: ((event: { data: unknown }) => void) | null = null
  onmessageerror: (() => void) | null = null
  onerror: ((event: Failure) => void) | null = null
  readonly #thread: Thread
  readonly #services: ThreadServices

  constructor(data: ThreadData) {
    const thread = new Thread(new URL('./node-worker.js', here), {
      workerData: data,
      name: data.name,
      // What the process's own code was started with, such as a loader, is not for this one.
      execArgv: [],
    })
    this.#thread = thread
    this.#services = new ThreadServices(answer => thread.postMessage(answer))
    thread.on('message', (message: unknown) => {
      if (!this.#services.serve(message)) this.onmessage?.({ data: message })
    })
    thread.on('messageerror', () => this.onmessageerror?.())
    thread.on('error', error => this.#failed(String(error)))
    thread.on('exit', code => {
      this.#services.end()
      this.#failed(`its thread has ended with code ${code}`)
    })
    thread.unref()
  }

  postMessage(message: unknown, transfer?: readonly TransferListItem[]): void {
    this.#thread.postMessage(message, transfer)
  }

  /** Ends it at once. */
  terminate(): void {
    void this.#thread.terminate()
  }

  #failed(message: string): void {
    this.onerror?.({ message, preventDefault() {} })
  }
}
