/** Follows what is written to a stream, from a number on, through whatever happens to the connection. */

import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import type { MsgHdrs, NatsConnection } from '@nats-io/nats-core'
import type { Change } from '../backends/storage-backend.js'
import { nextTask } from '../event-loop/pace.js'
import { messagesOf } from './messages.js'

/** What a Watching follows, and whom it tells. */
export interface WatchOptions {
  nc: NatsConnection
  js: JetStreamClient
  jsm: JetStreamManager
  stream: string
  /** The number of the last message that is not told. */
  after: number
  tell(changes: readonly Change[] | 'all'): void
  /** What a message says. */
  change(subject: string, data: Uint8Array, headers: MsgHdrs | undefined, seq: number): Change | 'all'
}

/** How long is waited before the stream is asked for again, in milliseconds. */
const PAUSE_MS = 250

/** Tells until it is ended. */
export class Watching {
  readonly #options: WatchOptions
  #after: number
  #created = ''
  #hasEnded = false
  #stop: () => void = () => {}
  #told: Change[] | null = null

  constructor(options: WatchOptions) {
    this.#options = options
    this.#after = options.after
    void this.#follow()
    void this.#beginAgain()
  }

  end(): void {
    this.#hasEnded = true
    this.#told = null
    this.#stop()
  }

  async #follow(): Promise<void> {
    while (!this.#hasEnded) {
      try {
        await this.#once()
      } catch {
        // The next time may be better.
      }
      if (!this.#hasEnded) await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
    }
  }

  /** A server that was reached again may not have all that it had told. */
  async #beginAgain(): Promise<void> {
    for await (const { type } of this.#options.nc.status()) if (type === 'reconnect') this.#stop()
  }

  async #once(): Promise<void> {
    const { js, jsm, stream } = this.#options
    const { state, created } = await jsm.streams.info(stream)
    const isAnother = this.#created !== '' && this.#created !== created
    this.#created = created
    if (isAnother || state.last_seq < this.#after) {
      this.#after = state.last_seq
      this.#tellAll()
    }
    const consumer = await js.consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#after + 1,
    })
    const messages = await messagesOf(consumer)
    this.#stop = () => messages.stop()
    if (this.#hasEnded) this.#stop()
    for await (const { subject, data, headers, seq } of messages) {
      if (this.#hasEnded) break
      this.#after = seq
      const change = this.#options.change(subject, data, headers, seq)
      if (change === 'all') this.#tellAll()
      else this.#tell(change)
    }
    consumer.delete().catch(() => undefined)
  }

  #tell(change: Change): void {
    if (this.#told) {
      this.#told.push(change)
      return
    }
    const told = [change]
    this.#told = told
    void nextTask().then(() => {
      if (this.#told !== told) return
      this.#told = null
      this.#options.tell(told)
    })
  }

  /** What was to be told before is part of it. */
  #tellAll(): void {
    this.#told = null
    this.#options.tell('all')
  }
}
