/** A worker that hangs is replaced, and every promise settles. WebKit lets it go on: a browser with more than two has no core left. */

import { createRunner, MemoryBackend, WorkerReplacedError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { GRACE_MS, SLACK_MS } from '../support/grace.js'
import { passed } from '../support/passed.js'
import { startTesting, testingWorkerUrl } from '../support/testing-package.js'
import { took } from '../support/took.js'

const main = { scriptId: 'main' }

describe('a worker that hangs', () => {
  it('is replaced within the grace: its runs reject, and the next works', async () => {
    const runner = await startTesting()
    const other = failureOf(runner.run('while true do sleep(10) end', main))
    const hung = failureOf(runner.run('__test.hang()', main))
    const ms = await took(hung)

    expect(await hung).toMatchObject({
      name: 'WorkerReplacedError',
      message: expect.stringContaining('silent for 2000 ms'),
    })
    expect(await other).toBeInstanceOf(WorkerReplacedError)
    expect(ms).toBeGreaterThan(GRACE_MS - 500)
    expect(ms).toBeLessThan(GRACE_MS + SLACK_MS)
    expect((await runner.run('return 1', main)).values).toEqual([1])
  })

  it('lets every promise of the API settle', async () => {
    const runner = await createRunner({ backend: new MemoryBackend(), artifact, workerUrl: testingWorkerUrl })
    runner.registerFunction('never', () => new Promise(() => undefined))
    const promises = [
      runner.run('__test.hang()', main),
      runner.run('host.never()', main),
      runner.state.get('main', 'script.main.k'),
      runner.state.set('main', 'script.main.k', 1),
      runner.state.list('main', 'script.main'),
    ]
    await passed(100)
    promises.push(runner.close())
    const settled = await Promise.allSettled(promises)

    expect(settled).toHaveLength(6)
    for (const each of [settled[0], settled[1], settled[5]]) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'WORKER_REPLACED' } })
    }
  })
})
