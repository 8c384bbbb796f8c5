// What the oldest TypeScript that we promise has to take, with nothing left unchecked.

import {
  type Bytes,
  createRunner,
  FsBackend,
  MemoryBackend,
  type Runner,
  type StateStore,
  type StorageBackend,
  type WorkerUrl,
} from 'pubwiki-lua'
import * as inline from 'pubwiki-lua/inline'
import { conformanceTests } from 'pubwiki-lua/testing'
import 'pubwiki-lua/worker.js'

export async function visit(backend: StorageBackend, workerUrl: WorkerUrl): Promise<number> {
  const runner: Runner = await createRunner({ backend, workerUrl })
  runner.registerFunction('add', (a: number, b: number) => a + b)
  const { values } = await runner.run<[number]>('return host.add(1, 2)', { scriptId: 'main' })
  const store: StateStore<number> = runner.state.observe<number>('script.main.visits')
  store.subscribe((visits = 0) => visits.toFixed())
  const exported: ReadableStream<Bytes> = await runner.state.export()
  await exported.cancel()
  return values[0]
}

void visit(new MemoryBackend(), 'worker.js')
void visit(new FsBackend({ folder: 'state' }), new URL('file:///worker.js'))
void new inline.MemoryBackend()
void conformanceTests(() => new MemoryBackend())
