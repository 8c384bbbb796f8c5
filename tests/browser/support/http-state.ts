/** A small HTTP server's part of the page: records with ETags, and an event stream of what is written. */

import type { StateRecord } from 'pubwiki-lua'
import { nextTask } from '../../../host-js/src/event-loop/pace.js'

type Fetch = (url: string, request?: RequestInit) => Promise<Response>

/** Stands for `fetch` and `EventSource` of a page that such a server serves. */
export function httpState(): { fetch: Fetch; EventSource: new (url: string) => EventStream } {
  const stores = new Map<string, Store>()
  const storeAt = (url: string) => {
    const name = url.split(/[/?]/, 1)[0] ?? ''
    const store = stores.get(name) ?? new Store()
    stores.set(name, store)
    return store
  }
  return {
    async fetch(url, { method = 'GET', body = null, headers = {} } = {}) {
      const answer = storeAt(url).answer(url.split('/')[1], method, body, new Headers(headers))
      await nextTask()
      return answer
    },
    EventSource: class extends EventStream {
      constructor(url: string) {
        super(storeAt(url))
      }
    },
  }
}

class Store {
  readonly streams = new Set<EventStream>()
  readonly #records = new Map<string, StateRecord>()
  #writes = 0

  answer(encoded: string | undefined, method: string, body: unknown, headers: Headers): Response {
    if (encoded === undefined) {
      if (method === 'DELETE') for (const key of [...this.#records.keys()]) this.#write(key, undefined)
      return Response.json([...this.#records.values()])
    }
    const key = decodeURIComponent(encoded)
    const there = this.#records.get(key)
    if (method === 'GET') return there ? Response.json(there, etag(there)) : new Response('', { status: 404 })
    const match = headers.get('If-Match')
    if ((match && there?.version !== match) || (headers.has('If-None-Match') && there))
      return new Response('', { status: 412 })
    const version = this.#write(key, method === 'PUT' ? (JSON.parse(String(body)) as StateRecord) : undefined)
    return new Response('', { headers: { ETag: version } })
  }

  #write(key: string, next: StateRecord | undefined): string {
    const version = `"${++this.#writes}"`
    if (next) this.#records.set(key, { ...next, version })
    else this.#records.delete(key)
    for (const stream of this.streams)
      stream.onmessage?.({ data: JSON.stringify({ key, record: this.#records.get(key) }) })
    return version
  }
}

class EventStream {
  onmessage: ((event: { data: string }) => void) | null = null
  onopen: (() => void) | null = null
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
    store.streams.add(this)
    queueMicrotask(() => this.onopen?.())
  }

  close(): void {
    this.#store.streams.delete(this)
  }
}

function etag({ version = '' }: StateRecord): ResponseInit {
  return { headers: { ETag: version } }
}
