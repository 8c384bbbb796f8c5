/** Workers that are started before there is a runner. */

import { type Artifact, createRunner, MemoryBackend, preload, WorkerFailedError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, workerUrl } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { scriptUrl } from '../support/worker-script.js'

const ours = { artifact, workerUrl }

function start(choice: { artifact?: Artifact; workerUrl?: string } = ours) {
  return createRunner({ backend: new MemoryBackend(), ...choice })
}

/** How many workers are started while `work` is done. */
async function workersOf(work: () => Promise<unknown>): Promise<number> {
  const RealWorker = globalThis.Worker
  let count = 0
  globalThis.Worker = class extends RealWorker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args)
      count += 1
    }
  }
  try {
    await work()
    return count
  } finally {
    globalThis.Worker = RealWorker
  }
}

describe('a worker that is preloaded', () => {
  it('is the next runner’s, and no other’s', async () => {
    const workers = await workersOf(async () => {
      preload(ours)
      preload(ours)
      const [first, second] = [await start(), await start()]
      const run = await first.run('return 1 + 1', { scriptId: 'main' })

      expect(run.values).toEqual([2])
      await Promise.all([first.close(), second.close()])
    })

    expect(workers).toBe(2)
  })

  it('is not that of a runner with another script', async () => {
    const workers = await workersOf(async () => {
      preload(ours)
      const other = await start({ artifact, workerUrl: workerUrl.replace('#', '?other#') })
      const runner = await start()
      await Promise.all([other.close(), runner.close()])
    })

    expect(workers).toBe(2)
  })

  it('fails when the runner starts, which tries again', async () => {
    const broken = { workerUrl: scriptUrl('throw new Error("the script is broken")') }
    preload(broken)
    const failure = await failureOf(start(broken))

    expect(failure).toBeInstanceOf(WorkerFailedError)
    expect(failure.message).toContain('the script is broken')
    expect(() => preload({ artifact: 'wasm64' as never })).toThrow(TypeError)
  })
})
