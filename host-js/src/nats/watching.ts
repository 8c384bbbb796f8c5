/** Follows what is written to a stream, from a number on, through whatever happens to the connection. */

import { DeliverPolicy, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import type { MsgHdrs, NatsConnection } from '@nats-io/nats-core'
import type { Change } from '../backends/storage-backend.js'
import { nextTask } from '../event-loop/pace.js'
import { isRefusal, passes } from './failures.js'
import { messagesOf } from './messages.js'

/** What a Watching follows, and whom it tells. */
export interface WatchOptions {
  nc: NatsConnection
  js: JetStreamClient
  jsm: JetStreamManager
  stream: string
  /** Of which subjects. */
  filter: string
  /** The number of the last message that is not told. */
  after: number
  tell(changes: readonly Change[] | 'all'): void
  /** Is told what it is that nothing is heard for and that does not pass by itself; of undefined when that has ended. */
  fails(why: unknown): void
  /** What a message says. */
  change(subject: string, data: Uint8Array, headers: MsgHdrs | undefined, seq: number): Change | 'all'
}

/** How long is waited before the stream is asked for again, in milliseconds. */
const PAUSE_MS = 250
/** How long at most, where it fails with what does not pass by itself: twice as long each time. */
const LONGEST_MS = 30_000

/** Tells until it is ended. */
export class Watching {
  readonly #options: WatchOptions
  #after: number
  #created = ''
  #hasEnded = false
  #stop: () => void = () => {}
  /** Ends the pause. */
  #wake: () => void = () => {}
  /** What the server has said to what gets no answer of its own. */
  #refusal: unknown
  #isFailing = false
  #told: Change[] | null = null

  constructor(options: WatchOptions) {
    this.#options = options
    this.#after = options.after
    void this.#follow()
    void this.#listen()
  }

  end(): void {
    this.#hasEnded = true
    this.#told = null
    this.#stop()
    this.#wake()
  }

  async #follow(): Promise<void> {
    for (let pause = PAUSE_MS; !this.#hasEnded; ) {
      const began = this.#after
      const failure: unknown = await this.#once().catch(error => error)
      if (this.#hasEnded) return
      const isLasting = failure !== undefined && !passes(failure)
      if (isLasting) {
        this.#isFailing = true
        this.#options.fails(failure)
      }
      pause = isLasting && this.#after === began ? Math.min(pause * 2, LONGEST_MS) : PAUSE_MS
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, pause)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** A server that was reached again may not have all that it had told, and may allow what was refused. */
  async #listen(): Promise<void> {
    for await (const status of this.#options.nc.status()) {
      if (status.type === 'error' && isRefusal(status.error) && isPull(status.error, this.#options.stream)) {
        this.#refusal = status.error
        this.#stop()
      }
      if (status.type !== 'reconnect') continue
      this.#stop()
      this.#wake()
    }
  }

  async #once(): Promise<void> {
    const { js, jsm, stream, filter } = this.#options
    this.#refusal = undefined
    const { state, created } = await jsm.streams.info(stream)
    const isAnother = this.#created !== '' && this.#created !== created
    this.#created = created
    if (isAnother || state.last_seq < this.#after) {
      this.#after = state.last_seq
      this.#tellAll()
    }
    const consumer = await js.consumers.get(stream, {
      filter_subjects: filter,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#after + 1,
    })
    const messages = await messagesOf(consumer)
    this.#stop = () => messages.stop()
    if (this.#hasEnded) this.#stop()
    if (this.#isFailing) void this.#succeed()
    for await (const { subject, data, headers, seq } of messages) {
      if (this.#hasEnded) break
      this.#after = seq
      const change = this.#options.change(subject, data, headers, seq)
      if (change === 'all') this.#tellAll()
      else this.#tell(change)
    }
    consumer.delete().catch(() => undefined)
    if (this.#refusal) throw this.#refusal
  }

  /** Once the server has taken what was asked of it so far, and refused nothing. */
  async #succeed(): Promise<void> {
    const isTaken = await this.#options.nc.flush().then(
      () => true,
      () => false,
    )
    if (!isTaken || this.#refusal || this.#hasEnded) return
    this.#isFailing = false
    this.#options.fails(undefined)
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

/** Whether it is about asking a consumer of the stream for messages. */
function isPull(error: Error, stream: string): boolean {
  return error.message.includes(`$JS.API.CONSUMER.MSG.NEXT.${stream}.`)
}
