/** A call to a page-provided backend and back, compared with a bare message and Comlink. */

import { expose } from 'comlink'
import type { StorageBackend } from '../../../../host-js/src/backends/storage-backend.js'
import type { StateRecord } from '../../../../host-js/src/values/state-record.js'
import hostBackend from '../../scripts/host_backend.lua'
import type { Benchmark, Contender, Taken } from '../benchmark.js'
import * as ours from '../peers/ours.js'
import { framed, OURS, taken } from '../scripts.js'

const CALLS = 2000

/** All three ask the same backend, each from a worker of its own. */
export function forwarding(): Benchmark[] {
  return [
    {
      name: '2e3 calls of a host backend',
      contenders: [us(), peer('bare messages', answerBare), peer('Comlink', worker => expose(backend(), worker))],
    },
  ]
}

function filled(): Map<string, StateRecord> {
  const data = new Map<string, StateRecord>()
  for (let i = 1; i <= CALLS; i++) {
    const key = `bench:script.bench:item${i}`
    data.set(key, { key, value: i, createdAt: 1, updatedAt: 1 })
  }
  return data
}

/** The user's own Map backend. */
function backend(): StorageBackend {
  const data = filled()
  return {
    async init() {},
    async get(key) {
      return data.get(key)
    },
    async set(record) {
      data.set(record.key, record)
    },
    async delete(key) {
      data.delete(key)
    },
    async getAll() {
      return [...data.values()]
    },
    async clear() {
      data.clear()
    },
  }
}

/** Each run reads every key afresh, so that a run is a round. */
function us(): Contender {
  let runner: ours.Runner
  const once = async () => taken(await ours.run(runner, framed(hostBackend, OURS)))
  return {
    name: 'ours',
    async prepare() {
      runner = await ours.start('package', backend())
      await once()
    },
    once,
    close: () => runner.close(),
  }
}

function peer(name: 'bare messages' | 'Comlink', serve: (worker: Worker) => void): Contender {
  let worker: Worker
  const once = () =>
    new Promise<Taken>((resolve, reject) => {
      const listen = ({ data }: MessageEvent<{ taken?: Taken }>) => {
        if (!data.taken) return
        worker.removeEventListener('message', listen)
        resolve(data.taken)
      }
      worker.addEventListener('message', listen)
      worker.onerror = ({ message }) => reject(new Error(`the worker of ${name} failed: ${message}`))
      worker.postMessage({ calls: CALLS })
    })
  return {
    name,
    async prepare() {
      const url = new URL('calls-worker.js', import.meta.url)
      if (name === 'Comlink') url.hash = 'comlink'
      worker = new Worker(url, { type: 'module' })
      serve(worker)
      await once()
    },
    once,
    async close() {
      worker.terminate()
    },
  }
}

/** Bare: the record goes back in the very task that asked for it. */
function answerBare(worker: Worker): void {
  const data = filled()
  worker.addEventListener('message', ({ data: { get } }: MessageEvent<{ get?: string }>) => {
    if (get !== undefined) worker.postMessage({ record: data.get(get) })
  })
}
