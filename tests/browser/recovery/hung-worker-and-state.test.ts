/** A worker that hangs takes no State along. */

import { IndexedDBBackend, WorkerReplacedError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { failureOf } from '../support/failure-of.js'
import { GRACE_MS, SLACK_MS } from '../support/grace.js'
import { passed } from '../support/passed.js'
import { startTesting } from '../support/testing-package.js'
import { took } from '../support/took.js'

const main = { scriptId: 'main' }

describe('a worker that hangs', () => {
  it('has lost no durable write', async () => {
    const database = `guard-${Math.random()}`
    const runner = await startTesting({ backend: new IndexedDBBackend({ database }) })
    await runner.run('State.set("script.main.k", "durable")', main)
    await failureOf(runner.run('__test.hang()', main))

    expect((await runner.run('return State.get("script.main.k")', main)).values).toEqual(['durable'])
  })

  it('is noticed when nothing but State is asked of it', async () => {
    const runner = await startTesting()
    const hung = failureOf(runner.run('sleep(50) __test.hang()', main))
    await passed(500)
    const asked = failureOf(runner.state.get('main', 'script.main.k'))

    expect(await took(asked)).toBeLessThan(GRACE_MS + SLACK_MS)
    expect(await asked).toBeInstanceOf(WorkerReplacedError)
    expect(await hung).toBeInstanceOf(WorkerReplacedError)
  })
})
