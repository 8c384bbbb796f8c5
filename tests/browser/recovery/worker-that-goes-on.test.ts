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

async function noticing() {
  const notices: Notice[] = []
  const runner = await createRunner({
    backend: new MemoryBackend(),
    artifact,
    workerUrl: testingWorkerUrl,
    onNotice: notice => notices.push(notice),
  })
  return { runner, notices }
}

describe('a worker that was replaced', () => {
  it('is told to the page where the browser cannot end it, and the next one works', async () => {
    const { runner, notices } = await noticing()
    expect(await failureOf(runner.run('__test.hang()', main))).toBeInstanceOf(WorkerReplacedError)
    expect((await runner.run('return 1', main)).values).toEqual([1])
    await passed(NOTICED_MS)

    const told = endsWorkers
      ? []
      : [{ code: 'WORKER_NOT_ENDED', message: expect.stringContaining('keeps a core busy') }]
    expect(notices).toEqual(told)
    await runner.close()
  })

  it('is not told to the page where it has ended', async () => {
    const { runner, notices } = await noticing()
    await failureOf(runner.run('__test.panic()', main))
    const cancelled = runner.run('while true do end', main)
    await runner.run('return 1', main)
    cancelled.cancel()
    await failureOf(cancelled)
    await runner.close()
    await passed(NOTICED_MS)

    expect(notices).toEqual([])
  })
})
