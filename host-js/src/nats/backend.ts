/** A backend on NATS JetStream, shared by all who use the bucket. */

import { type Consumer, DeliverPolicy } from '@nats-io/jetstream'
import { headers, type MsgHdrs } from '@nats-io/nats-core'
import type { Change, StorageBackend, Swapped } from '../backends/storage-backend.js'
import type { StateRecord } from '../values/state-record.js'
import { ATTEMPT_MS, Connection, type NatsOptions, PATIENCE_MS, type State } from './connection.js'
import { coded, isStale, passes } from './failures.js'
import { descend, LINEAGE, type Sent, wasDone } from './lineage.js'
import { messagesOf } from './messages.js'
import { CLEAR, filterOf, keyOf, subjectOf } from './subjects.js'
import { Watching } from './watching.js'

/** How many calls are under way at once. */
const WINDOW = 256
/** Of how many keys the lineage is remembered. */
const KNOWN = 4_096

const TEXT = { from: new TextDecoder(), to: new TextEncoder() }

/** What the bucket has at a subject. */
interface Found {
  seq: number
  record: StateRecord | undefined
  lineage: string
}

/** How many attempts at a write have got no answer. */
interface Attempts {
  unanswered: number
}

/**
 * State in a bucket of NATS JetStream, over a websocket. Versions are the stream's numbers; State hears of what others
 * write. Of a key the latest value is kept.
 */
export class NatsBackend implements StorageBackend {
  readonly #options: NatsOptions
  readonly #stream: string
  readonly #prefix: string
  #connection: Connection | null = null
  readonly #listeners = new Set<(state: State, why?: string) => void>()
  #isConnected = true
  /** Why nothing is heard of others, though a server is reached. */
  #deafness: string | undefined
  #told: State = 'online'
  /** What tells of changes, until it is ended or the backend is closed. */
  readonly #watchings = new Set<Watching>()
  /** The last write of each key under way: those of a key are done one after the other. */
  readonly #underWay = new Map<string, Promise<unknown>>()
  /** Who writes, and how often it has. */
  readonly #writer = shortId()
  #writes = 0
  #clearing: Promise<unknown> | null = null
  readonly #lineages = new Map<string, { seq: number; lineage: string }>()

  constructor(options: NatsOptions) {
    this.#options = options
    this.#stream = `KV_${options.bucket}`
    this.#prefix = `$KV.${options.bucket}.`
  }

  async init(): Promise<void> {
    const connection = await Connection.open(this.#options)
    this.#connection = connection
    this.#isConnected = true
    this.#deafness = undefined
    this.#told = 'online'
    connection.listen(state => {
      this.#isConnected = state === 'online'
      this.#tell()
    })
  }

  async get(key: string): Promise<StateRecord | undefined> {
    return (await this.#last(key)).record
  }

  async getMany(keys: string[]): Promise<StateRecord[]> {
    const found = await windowed(keys, key => this.get(key))
    return found.filter(record => record !== undefined)
  }

  async getAll(): Promise<StateRecord[]> {
    return this.scan('')
  }

  async scan(prefix: string): Promise<StateRecord[]> {
    const connection = this.#here()
    return connection.ask(async () => {
      const filter = this.#prefix + filterOf(prefix)
      const consumer = await connection.js.consumers.get(this.#stream, {
        deliver_policy: DeliverPolicy.LastPerSubject,
        filter_subjects: filter,
      })
      const records = new Map<string, StateRecord>()
      for await (const { subject, data, headers, seq } of whole(consumer)) {
        const { record, lineage } = this.#found(subject, data, headers, seq)
        if (record?.key.startsWith(prefix)) records.set(record.key, record)
        if (record && lineage) this.#remember(record.key, seq, lineage)
      }
      return [...records.values()]
    })
  }

  async set(record: StateRecord): Promise<void> {
    await this.#inOrder(record.key, () => this.#write(record.key, record))
  }

  async setMany(records: StateRecord[]): Promise<void> {
    await windowed(records, record => this.set(record))
  }

  async delete(key: string): Promise<void> {
    await this.#inOrder(key, () => this.#write(key, undefined))
  }

  async deleteMany(keys: string[]): Promise<void> {
    await windowed(keys, key => this.delete(key))
  }

  /** One message, which rolls up all before it, and of which the others hear as of any write. */
  async clear(): Promise<void> {
    const before = [this.#clearing, ...this.#underWay.values()]
    const clearing = Promise.allSettled(before).then(() =>
      this.#publish(CLEAR, undefined, [
        ['KV-Operation', 'PURGE'],
        ['Nats-Rollup', 'all'],
      ]),
    )
    this.#clearing = clearing
    try {
      await clearing
    } finally {
      if (this.#clearing === clearing) this.#clearing = null
    }
  }

  compareAndSet(key: string, version: string | undefined, next: StateRecord | undefined): Promise<Swapped> {
    return this.#inOrder(key, () => this.#swap(key, version, next))
  }

  changes(listener: (changes: readonly Change[] | 'all') => void): () => void {
    const { js, jsm, lastSeq, nc } = this.#here()
    const watching = new Watching({
      nc,
      js,
      jsm,
      stream: this.#stream,
      filter: `${this.#prefix}>`,
      after: lastSeq,
      tell: listener,
      fails: why => {
        this.#deafness = why === undefined ? undefined : `what others write is not heard: ${why}`
        this.#tell()
      },
      change: (subject, data, headers, seq) => {
        if (subject === this.#prefix + CLEAR) return 'all'
        const { record, lineage } = this.#found(subject, data, headers, seq)
        const key = keyOf(subject.slice(this.#prefix.length))
        if (lineage) this.#remember(key, seq, lineage)
        return record ? { key, record } : { key, record: undefined, version: String(seq) }
      },
    })
    this.#watchings.add(watching)
    return () => {
      this.#watchings.delete(watching)
      watching.end()
    }
  }

  /** It is offline too where the server does not let this user hear what others write, or the bucket is gone. */
  onConnection(listener: (state: State, why?: string) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    const connection = this.#connection
    this.#connection = null
    for (const watching of this.#watchings) watching.end()
    this.#watchings.clear()
    void Promise.allSettled(this.#underWay.values()).then(() => connection?.nc.close())
  }

  #tell(): void {
    const state = this.#isConnected && this.#deafness === undefined ? 'online' : 'offline'
    if (state === this.#told) return
    this.#told = state
    for (const listener of [...this.#listeners]) listener(state, this.#isConnected ? this.#deafness : undefined)
  }

  #here(): Connection {
    if (!this.#connection) throw new Error('the backend is closed')
    return this.#connection
  }

  async #inOrder<T>(key: string, write: () => Promise<T>): Promise<T> {
    while (this.#clearing) await this.#clearing.catch(() => undefined)
    const before = this.#underWay.get(key)
    const written = before ? before.then(write, write) : write()
    this.#underWay.set(key, written)
    try {
      return await written
    } finally {
      if (this.#underWay.get(key) === written) this.#underWay.delete(key)
    }
  }

  async #write(key: string, record: StateRecord | undefined): Promise<void> {
    await this.#publish(subjectOf(key), record)
  }

  async #swap(key: string, version: string | undefined, next: StateRecord | undefined): Promise<Swapped> {
    // One that this backend has not given is none.
    if (version !== undefined && !/^\d+$/.test(version)) return { ok: false, current: await this.get(key) }
    const until = performance.now() + PATIENCE_MS
    for (let replaced = Number(version ?? 0); ; ) {
      const sent = { writer: this.#writer, number: ++this.#writes, replaced, unanswered: 0 }
      const outcome = await this.#swapAt(key, sent, next, until)
      if ('version' in outcome) return { ok: true, version: outcome.version }
      const { there } = outcome
      if (version !== undefined || there.record) return { ok: false, current: there.record }
      // What was removed has left a number.
      replaced = there.seq
    }
  }

  /** Stores `next` in place of a number; gives the version that it has, or what is there instead. */
  async #swapAt(
    key: string,
    sent: Sent & Attempts,
    next: StateRecord | undefined,
    until: number,
  ): Promise<{ version: string } | { there: Found }> {
    const { replaced } = sent
    const known = this.#lineages.get(key)
    const lineage = descend(sent, known?.seq === replaced ? known.lineage : undefined)
    for (let wait = 4; ; wait = Math.min(wait * 2, 500)) {
      try {
        const seq = await this.#publish(subjectOf(key), next, [[LINEAGE, lineage]], sent, until)
        this.#remember(key, seq, lineage)
        return { version: String(seq) }
      } catch (error) {
        if (!isStale(error)) throw error
      }
      const there = await this.#last(key, until)
      const isLost = sent.unanswered > 0
      // A cluster refuses what it has the version for while another write of the key is on its way, perhaps this one:
      // nothing is known until that is there, or this is taken.
      if (there.seq === replaced || (there.seq < replaced && isLost)) {
        if (performance.now() + wait > until) throw unsettled(key, isLost)
        await new Promise(resolve => setTimeout(resolve, wait))
        continue
      }
      this.#remember(key, there.seq, there.lineage)
      const done = isLost && wasDone(there.lineage, sent)
      // Where others have written since, its version is not there any more.
      if (done) return { version: there.lineage === lineage ? String(there.seq) : 'replaced' }
      if (done === undefined) throw unsettled(key, isLost)
      return { there }
    }
  }

  /** Sends a message until it is known that the server has it, under one id: it counts once. */
  async #publish(
    subject: string,
    record: StateRecord | undefined,
    extra: ReadonlyArray<readonly [string, string]> = [],
    sent: Partial<Sent> & Attempts = { number: ++this.#writes, unanswered: 0 },
    until?: number,
  ): Promise<number> {
    const connection = this.#here()
    const body = record ? bodyOf(record) : new Uint8Array()
    const most = connection.nc.info?.max_payload ?? Infinity
    if (body.length + 1024 > most) {
      throw new RangeError(`${body.length} bytes of ${subject} are more than the server's max_payload of ${most}`)
    }
    const all = headers()
    if (!record) all.set('KV-Operation', 'DEL')
    for (const [name, value] of extra) all.set(name, value)
    const msgID = `${this.#writer}:${sent.number}`
    const expect = sent.replaced === undefined ? {} : { expect: { lastSubjectSequence: sent.replaced } }
    const options = { msgID, headers: all, timeout: ATTEMPT_MS, ...expect }
    try {
      const ack = await connection.ask(async () => {
        sent.unanswered++
        try {
          return await connection.js.publish(this.#prefix + subject, body, options)
        } catch (error) {
          if (isStale(error)) sent.unanswered--
          throw error
        }
      }, until)
      return ack.seq
    } catch (error) {
      const isLost =
        sent.unanswered > 0 && !isStale(error) && (passes(error) || (error as { code?: unknown }).code === 'OFFLINE')
      throw isLost ? coded('OUTCOME_UNKNOWN', `it is not known whether ${subject} was stored: ${error}`, error) : error
    }
  }

  /** What the stream's leader has at a key. */
  async #last(key: string, until?: number): Promise<Found> {
    const subject = this.#prefix + subjectOf(key)
    const connection = this.#here()
    const question = () => connection.jsm.streams.getMessage(this.#stream, { last_by_subj: subject })
    const found = await connection.ask(question, until)
    return found
      ? this.#found(subject, found.data, found.header, found.seq)
      : { seq: 0, record: undefined, lineage: '' }
  }

  #found(subject: string, data: Uint8Array, head: MsgHdrs | undefined, seq: number): Found {
    const lineage = head?.get(LINEAGE) ?? ''
    if (head?.get('KV-Operation')) return { seq, record: undefined, lineage }
    const { value, createdAt, updatedAt, expiresAt } = JSON.parse(TEXT.from.decode(data)) as StateRecord
    const key = keyOf(subject.slice(this.#prefix.length))
    const expires = expiresAt === undefined ? {} : { expiresAt }
    return { seq, record: { key, value, createdAt, updatedAt, ...expires, version: String(seq) }, lineage }
  }

  #remember(key: string, seq: number, lineage: string): void {
    this.#lineages.delete(key)
    this.#lineages.set(key, { seq, lineage })
    if (this.#lineages.size <= KNOWN) return
    for (const [oldest] of this.#lineages) {
      this.#lineages.delete(oldest)
      return
    }
  }
}

function unsettled(key: string, isLost: boolean): Error {
  return isLost
    ? coded('OUTCOME_UNKNOWN', `it is not known whether ${key} was stored`)
    : coded(
        'OFFLINE',
        `${key} was not stored: another write of it has been on its way through the cluster for too long`,
      )
}

function bodyOf({ value, createdAt, updatedAt, expiresAt }: StateRecord): Uint8Array {
  return TEXT.to.encode(JSON.stringify({ value, createdAt, updatedAt, expiresAt }))
}

/** The messages that there are, to the last. */
async function* whole(consumer: Consumer) {
  try {
    // As it was when it was made: asking again would take another way there and back.
    if ((await consumer.info(true)).num_pending === 0) return
    for await (const message of await messagesOf(consumer)) {
      yield message
      if (message.info.pending === 0) return
    }
    throw new Error('the connection was closed in the midst of a scan')
  } finally {
    consumer.delete().catch(() => undefined)
  }
}

/** Does the same with each, several at once. */
async function windowed<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const [results, left] = [new Array<R>(items.length), items.entries()]
  const worker = async () => {
    for (const [index, item] of left) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(WINDOW, items.length) }, worker))
  return results
}

function shortId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9))
  return btoa(String.fromCharCode(...bytes))
}
