/** A worker that the browser cannot end is told to the page. */

import { createRunner, MemoryBackend, type Notice, WorkerReplacedError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'
import { endsWorkers } from '../support/engine.js'
import { failureOf } from '../support/failure-of.js'
import { passed } from '../support/passed.js'
import { testingWorkerUrl } from '../support/testing-package.js'

const main = { scriptId: 'main' }

/** When a worker that goes on has been noticed, in milliseconds. */
const NOTICED_MS = 8_000

const TIMEOUT_MS = 80_000

async function noticing() {
  const notices: Notice[] = []
  let told: (() => void) | undefined
  const first = new Promise<void>(resolve => (told = resolve))
  const onNotice = (notice: Notice) => {
    notices.push(notice)
    told?.()
  }
  const runner = await createRunner({ backend: new MemoryBackend(), artifact, workerUrl: testingWorkerUrl, onNotice })
  return { runner, notices, first }
}

/** The locks by which it is noticed that a worker goes on. */
async function locks(): Promise<LockInfo[]> {
  const { held = [] } = await navigator.locks.query()
  return held.filter(({ name }) => name?.startsWith('pubwiki-lua/worker/'))
}

describe('a worker that was replaced', function () {
  this.timeout(TIMEOUT_MS)

  it('is told to the page where the browser cannot end it, and the next one works', async () => {
    const { runner, notices, first } = await noticing()
    expect(await failureOf(runner.run('__test.hang()', main))).toBeInstanceOf(WorkerReplacedError)
    expect((await runner.run('return 1', main)).values).toEqual([1])
    if (endsWorkers) {
      // Without a lock nothing is ever told.
      expect(await locks()).toEqual([])
      expect(notices).toEqual([])
    } else {
      await first
      expect(notices).toEqual([{ code: 'WORKER_NOT_ENDED', message: expect.stringContaining('keeps a core busy') }])
    }
    await runner.close()
  })

  it('is not told to the page where it has ended', async () => {
    const { runner, notices } = await noticing()
    await failureOf(runner.run('__test.panic()', main))
    const cancelled = runner.run('while true do end', main)
    await runner.run('return 1', main)
    if (endsWorkers) expect(await locks()).toEqual([])
    cancelled.cancel()
    await failureOf(cancelled)
    await runner.close()
    if (!endsWorkers) await passed(NOTICED_MS)

    expect(notices).toEqual([])
  })
})
