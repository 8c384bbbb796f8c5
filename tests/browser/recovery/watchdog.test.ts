/** A worker that cannot answer is replaced, and every promise settles. */

import { LimitError, WorkerReplacedError } from 'pubwiki-lua'
import { Watchdog } from '../../../host-js/src/client/watchdog.js'
import { describe, expect, it } from '../harness/index.js'
import { failureOf } from '../support/failure-of.js'
import { GRACE_MS, SLACK_MS } from '../support/grace.js'
import { passed } from '../support/passed.js'
import { startTesting } from '../support/testing-package.js'
import { took } from '../support/took.js'

const main = { scriptId: 'main' }

describe('a worker that ends', () => {
  for (const [how, says] of [
    ['panic', 'the worker panicked: as the test asked'],
    ['trap', 'the worker failed: '],
    ['exhaust', 'the worker failed: '],
  ] as const) {
    for (const [where, code] of [
      ['at once', `__test.${how}()`],
      ['after a wait', `sleep(5) __test.${how}()`],
      ['in a coroutine', `coroutine.wrap(function() sleep(1) pcall(__test.${how}) end)()`],
    ] as const) {
      it(`by ${how}, ${where}, is replaced: its runs reject, and the next works`, async () => {
        const runner = await startTesting()
        const other = failureOf(runner.run('while true do end', main))
        const failure = await failureOf(runner.run(code, main))

        expect(failure).toBeInstanceOf(WorkerReplacedError)
        expect(failure.message).toContain(says)
        expect(failure.message).not.toContain('\n')
        expect(await other).toBeInstanceOf(WorkerReplacedError)
        expect((await runner.run('return 1', main)).values).toEqual([1])
      })
    }
  }
})

describe('a worker that works', () => {
  it('is not replaced while a script computes for longer than the grace', async () => {
    const runner = await startTesting({ limits: { cpuMs: 3_500 } })
    const failed = failureOf(runner.run('table.sort({ 3, 2, 1 }, function() while true do end end)', main))
    expect(await took(failed)).toBeGreaterThan(GRACE_MS)
    const failure = await failed

    expect(failure).toBeInstanceOf(LimitError)
    expect(failure).toMatchObject({ limit: 'cpuMs', value: 3_500 })
  })

  it('is not replaced when the page itself stands still', async () => {
    const runner = await startTesting()
    const run = runner.run('sleep(500) return 1', main)
    const until = performance.now() + 2 * GRACE_MS
    while (performance.now() < until);

    expect((await run).values).toEqual([1])
  })

  it('may be idle for longer than the grace', async () => {
    const runner = await startTesting()
    await runner.run('x = 1', main)
    await passed(GRACE_MS + SLACK_MS)

    expect((await runner.run('return 1', main)).values).toEqual([1])
  })
})

describe('the watchdog', () => {
  it('counts a look for 250 ms at most, however late it comes', async () => {
    const barks: string[] = []
    const watchdog = new Watchdog(reason => barks.push(reason))
    watchdog.expect('a', 500, 'a did not come')
    const until = performance.now() + 1_000
    while (performance.now() < until);
    await passed(0)
    expect(barks).toEqual([])
    await passed(1_000)

    expect(barks).toEqual(['a did not come'])
  })

  it('expects nothing after it was told to forget, was stopped, or has barked', async () => {
    const barks: string[] = []
    const watchdog = new Watchdog(reason => barks.push(reason))
    watchdog.expect('a', 250, 'a')
    watchdog.forget('a')
    watchdog.expect('b', 250, 'b')
    watchdog.stop()
    watchdog.expect('c', 250, 'c')
    watchdog.expect('d', 250, 'd')
    await passed(1_000)

    expect(barks).toEqual(['c'])
  })
})
