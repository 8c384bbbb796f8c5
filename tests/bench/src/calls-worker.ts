/** Asks the page for records, one after the other: by bare messages, or by Comlink as in `#comlink`. */

import { type Endpoint, type Remote, wrap } from 'comlink'
import type { StorageBackend } from '../../../host-js/src/backends/storage-backend.js'
import type { StateRecord } from '../../../host-js/src/values/state-record.js'

let answered: (record: StateRecord | undefined) => void = () => {}

/** What the page needs of its backend here. */
export type Backend = Pick<StorageBackend, 'get'>

/** How a worker asks. */
type Get = (key: string) => Promise<StateRecord | undefined>

function bare(): Get {
  addEventListener('message', ({ data }: MessageEvent<{ record: StateRecord | undefined }>) => answered(data.record))
  return key =>
    new Promise(resolve => {
      answered = resolve
      postMessage({ get: key })
    })
}

function comlink(): Get {
  const page: Endpoint = {
    postMessage: (message, transfer = []) => postMessage(message, { transfer }),
    addEventListener: addEventListener.bind(self),
    removeEventListener: removeEventListener.bind(self),
  }
  const backend: Remote<Backend> = wrap<Backend>(page)
  return key => backend.get(key)
}

const get = location.hash === '#comlink' ? comlink() : bare()

addEventListener('message', async ({ data }: MessageEvent<{ calls?: number }>) => {
  if (data.calls === undefined) return
  const started = performance.now()
  let sum = 0
  for (let i = 1; i <= data.calls; i++) sum += Number((await get(`bench:script.bench:item${i}`))?.value)
  postMessage({ taken: { ms: performance.now() - started, check: sum } })
})
