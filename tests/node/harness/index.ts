/** Runs what a bundle describes, in Node, Deno and Bun, and prints what comes of it. */

import { describeFailure } from '../../browser/harness/failure.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, it, runAll } from './suite.js'

/** The functions that describe tests, by mocha's names. */
export const bdd = { describe, it, before: beforeAll, beforeEach, after: afterAll, afterEach }

// Browser tests are told these things by their page's URL.
const [, , artifact = 'portable', web = '', , nats = ''] = process.argv
Object.defineProperty(globalThis, 'location', {
  value: new URL(`http://localhost/tests/index.html?artifact=${artifact}&web=${web}&nats=${nats}`),
  configurable: true,
})

// What a test measures is for who reads the report.
console.info = text => say({ note: String(text) })

// All tests are described when the bundle was evaluated; then they run.
setTimeout(async () => {
  await runAll({
    passed: passed => say({ passed }),
    failed: (failed, error) => say({ failed, message: describeFailure(error) }),
  })
  say({ done: true })
})

/** A line for xtask. */
function say(message: object): void {
  console.log(JSON.stringify(message))
}
