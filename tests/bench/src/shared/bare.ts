/** A user by the bare client library, who keeps what its watch tells. */

import { jetstream } from '@nats-io/jetstream'
import { type KV, type KvEntry, Kvm } from '@nats-io/kv'
import { type NatsConnection, wsconnect } from '@nats-io/nats-core'
import { type Place, RECORDS, type User } from './user.js'

/** Its connection, its bucket, and the latest of each key. */
export class BareUser implements User {
  #connection: NatsConnection | null = null
  #bucket: KV | null = null
  readonly #known = new Map<string, KvEntry>()
  readonly #wanted = new Map<string, { value: number; reached(): void }>()

  async open({ server, bucket }: Place): Promise<number> {
    this.#connection = await wsconnect({ servers: server })
    this.#bucket = await new Kvm(jetstream(this.#connection)).create(`bare-${bucket}`, { history: 1 })
    const { values } = await this.#bucket.status()
    const watch = await this.#bucket.watch()
    await new Promise<void>((resolve, reject) => {
      if (values === 0) resolve()
      const follow = async () => {
        for await (const entry of watch) {
          this.#hear(entry)
          if (this.#known.size >= values) resolve()
        }
      }
      follow().catch(reject)
    })
    return this.#known.size
  }

  async set(name: string, value: number): Promise<void> {
    await this.#opened.put(name, JSON.stringify(value))
  }

  becomes(name: string, value: number): Promise<void> {
    return new Promise(reached => this.#wanted.set(name, { value, reached }))
  }

  /** As many under way at once as ours has: with all of them the last would time out. */
  async write(): Promise<number> {
    let written = 0
    const some = async () => {
      while (written < RECORDS) {
        const level = ++written
        await this.#opened.put(`item${level}`, JSON.stringify({ level, name: `player ${level}` }))
      }
    }
    await Promise.all(Array.from({ length: 256 }, some))
    return written
  }

  async add(names: readonly string[], times: number): Promise<number> {
    let sum = 0
    for (let time = 0; time < times; time++) for (const name of names) sum = await this.#addTo(name)
    return sum
  }

  async close(): Promise<void> {
    await this.#connection?.close()
    this.#connection = null
    this.#known.clear()
  }

  /** Where another was faster, on what is there now. */
  async #addTo(name: string): Promise<number> {
    for (let there = this.#known.get(name) ?? null; ; there = await this.#opened.get(name)) {
      const sum = (there ? there.json<number>() : 0) + 1
      try {
        const text = JSON.stringify(sum)
        const revision = await (there
          ? this.#opened.update(name, text, there.revision)
          : this.#opened.create(name, text))
        this.#noteRevision(name, sum, revision)
        return sum
      } catch (error) {
        if (!/wrong last sequence/i.test(String(error))) throw error
      }
    }
  }

  /** What was written here is known before the watch tells it. */
  #noteRevision(name: string, sum: number, revision: number): void {
    const known = this.#known.get(name)
    if (known && known.revision >= revision) return
    this.#known.set(name, { revision, json: () => sum } as unknown as KvEntry)
  }

  #hear(entry: KvEntry): void {
    const known = this.#known.get(entry.key)
    if (!known || known.revision <= entry.revision) this.#known.set(entry.key, entry)
    const wanted = this.#wanted.get(entry.key)
    if (wanted && wanted.value === entry.json<number>()) wanted.reached()
  }

  get #opened(): KV {
    if (!this.#bucket) throw new Error('it was not opened')
    return this.#bucket
  }
}
