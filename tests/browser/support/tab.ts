/** Another tab, in a process of its own. */

import type { StateRecord } from 'pubwiki-lua'
import { afterEach } from '../harness/index.js'
import { artifact } from './artifact.js'
import type { Ask, Asked, Heard, Kind, TabCalls } from './tab-calls.js'

const tabs = new Set<Tab>()

afterEach(async () => {
  await Promise.all([...tabs].map(tab => tab.close()))
})

/** A tab of the same origin. It is closed after the test. */
export class Tab implements TabCalls {
  readonly #channel: BroadcastChannel
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  readonly #heard: Heard[] = []
  #hearing: ((heard: Heard) => void) | null = null
  #lastId = 0

  private constructor(channel: BroadcastChannel) {
    this.#channel = channel
    channel.onmessage = ({ data }: MessageEvent<Asked | Heard>) => this.#receive(data)
  }

  /** Opens a tab. */
  static async open(): Promise<Tab> {
    const name = `tab ${Math.random()}`
    const tab = new Tab(new BroadcastChannel(name))
    const loaded = new Promise<unknown>((resolve, reject) => tab.#waiting.set(0, { resolve, reject }))
    // Without an opener it shares no process with this page.
    window.open(`/tests/tab.html?${new URLSearchParams({ channel: name, artifact })}`, '_blank', 'noopener')
    await loaded
    tabs.add(tab)
    return tab
  }

  async open(kind: Kind, place: string): Promise<void> {
    await this.#ask('open', kind, place)
  }

  async run(code: string): Promise<unknown[]> {
    return (await this.#ask('run', code)) as unknown[]
  }

  async watch(key: string): Promise<void> {
    await this.#ask('watch', key)
  }

  async upgrade(database: string, version: number): Promise<void> {
    await this.#ask('upgrade', database, version)
  }

  async remove(database: string): Promise<void> {
    await this.#ask('remove', database)
  }

  async mix(seed: number, count: number): Promise<void> {
    await this.#ask('mix', seed, count)
  }

  async meet(mark: string, others: string): Promise<void> {
    await this.#ask('meet', mark, others)
  }

  async records(): Promise<StateRecord[]> {
    return (await this.#ask('records')) as StateRecord[]
  }

  async close(): Promise<void> {
    tabs.delete(this)
    await this.#ask('close')
    this.#channel.close()
  }

  /** The next that a watch of the tab heard. */
  hear(): Promise<Heard> {
    const heard = this.#heard.shift()
    if (heard) return Promise.resolve(heard)
    return new Promise(resolve => (this.#hearing = resolve))
  }

  #ask(method: keyof TabCalls, ...args: unknown[]): Promise<unknown> {
    const id = ++this.#lastId
    this.#channel.postMessage({ id, method, args } satisfies Ask)
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  #receive(data: Asked | Heard): void {
    if ('heard' in data) {
      const hearing = this.#hearing
      this.#hearing = null
      if (hearing) hearing(data)
      else this.#heard.push(data)
    } else if ('id' in data) {
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if ('error' in data) waiting?.reject(new Error(data.error))
      else waiting?.resolve(data.answer)
    }
  }
}
