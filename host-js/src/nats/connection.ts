/** The connection to the servers, and what is asked over it until there is an answer. */

import {
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StreamInfo,
} from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { type NatsConnection, wsconnect } from '@nats-io/nats-core'
import { coded, isMissing, passes } from './failures.js'

/** Options of a NatsBackend. */
export interface NatsOptions {
  /** Where the servers are: `wss://` URLs. */
  servers: string | string[]
  /** The bucket's name. */
  bucket: string
  /** How to connect: the `ConnectionOptions` of `@nats-io/nats-core`, such as `token`, `user` and `pass`, `authenticator`. */
  connect?: object
  /**
   * The bucket is made if there is none: with one version of each key, in files, and these `KvOptions` of `@nats-io/kv`,
   * such as `replicas`. Without it, the bucket is to be there: a reader may not make one.
   */
  create?: object | boolean
}

/** How long a call is tried again, in milliseconds: the worker waits 30 s for it. */
export const PATIENCE_MS = 25_000
/** How long one attempt may take. */
export const ATTEMPT_MS = 4_000

/** How long one attempt to make the bucket may take. */
const CREATION_MS = 1_000

/** Whether a server is reached. */
export type State = 'online' | 'offline'

/** An open connection, and the bucket at its end. */
export class Connection {
  readonly nc: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  /** The number of the last message when it was opened. */
  readonly lastSeq: number
  #isOnline = true
  readonly #listeners = new Set<(state: State) => void>()

  private constructor(nc: NatsConnection, js: JetStreamClient, jsm: JetStreamManager, lastSeq: number) {
    this.nc = nc
    this.js = js
    this.jsm = jsm
    this.lastSeq = lastSeq
    void this.#follow()
  }

  /** Connects. Rejects with the code `OFFLINE` where no server is reached. */
  static async open({ servers, bucket, connect, create }: NatsOptions): Promise<Connection> {
    const options = {
      reconnectTimeWait: 250,
      pingInterval: 5_000,
      timeout: 5_000,
      // One whose token has run out asks its authenticator each time, and does not give up.
      ignoreAuthErrorAbort: true,
      // A stack for each request would take a quarter of the time that many writes take.
      noAsyncTraces: true,
      ...connect,
      maxReconnectAttempts: -1,
    }
    let nc: NatsConnection
    try {
      nc = await wsconnect({ ...options, servers })
    } catch (error) {
      throw passes(error) ? coded('OFFLINE', `no server is reached: ${error}`, error) : error
    }
    try {
      const js = jetstream(nc, { timeout: ATTEMPT_MS })
      const quick = jetstream(nc, { timeout: CREATION_MS })
      const jsm = await retry(() => jetstreamManager(nc, { timeout: ATTEMPT_MS, checkAPI: false }))
      const made = { history: 1, allow_direct: false, ...(create === true ? {} : create) }
      // Of two who make it at once a cluster answers one: who is not answered looks whether it is there.
      const found = await retry(async () => {
        const there = await info(jsm, bucket)
        if (!there && create) await new Kvm(quick).create(bucket, made)
        return there
      })
      // Made just now, it is not yet known to all of a cluster.
      const mayCome = (error: unknown) => passes(error) || (Boolean(create) && isMissing(error))
      const { state } = found ?? (await retry(() => jsm.streams.info(`KV_${bucket}`), { mayPass: mayCome }))
      return new Connection(nc, js, jsm, state.last_seq)
    } catch (error) {
      await nc.close()
      if (!isMissing(error)) throw error
      throw new Error(`there is no bucket ${bucket}: make it (nats kv add), or give the option create`, {
        cause: error,
      })
    }
  }

  /** Has `listener` told of each change; gives what ends that. */
  listen(listener: (state: State) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Asks, again and again, until there is an answer or a refusal, or it is too late by `performance.now()`. */
  ask<T>(question: () => Promise<T>, until?: number): Promise<T> {
    return retry(
      async () => {
        await this.#online()
        return this.#whileOnline(question())
      },
      { until },
    )
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type !== 'disconnect' && type !== 'reconnect') continue
      this.#isOnline = type === 'reconnect'
      for (const listener of [...this.#listeners]) listener(this.#isOnline ? 'online' : 'offline')
    }
  }

  /** Waits until a server is reached: what is sent before may be sent much later. */
  async #online(): Promise<void> {
    if (this.#isOnline) return
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => end(() => reject(coded('OFFLINE', 'no server is reached'))), PATIENCE_MS)
      const unlisten = this.listen(state => {
        if (state === 'online') end(resolve)
      })
      function end(how: () => void) {
        clearTimeout(late)
        unlisten()
        how()
      }
    })
  }

  /** Waits no longer than the connection lasts: an answer does not come by the next one. */
  async #whileOnline<T>(answer: Promise<T>): Promise<T> {
    let unlisten = () => {}
    const lost = new Promise<never>((_, reject) => {
      unlisten = this.listen(state => {
        if (state === 'offline') reject(new Error('the connection was lost'))
      })
    })
    try {
      return await Promise.race([answer, lost])
    } finally {
      unlisten()
    }
  }
}

/** What the server knows of a bucket; undefined where there is none. */
async function info(jsm: JetStreamManager, bucket: string): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(`KV_${bucket}`)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Tries for a while, longer pauses apart. */
async function retry<T>(
  attempt: () => Promise<T>,
  { until = performance.now() + PATIENCE_MS, mayPass = passes }: Retrying = {},
): Promise<T> {
  for (let wait = 50; ; wait = Math.min(wait * 2, 1_000)) {
    try {
      return await attempt()
    } catch (error) {
      if (!mayPass(error) || performance.now() + wait > until) throw error
      await new Promise(resolve => setTimeout(resolve, wait))
    }
  }
}

interface Retrying {
  until?: number | undefined
  mayPass?(error: unknown): boolean
}
