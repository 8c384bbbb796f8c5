/**
 * Runs what the bundle describes and POSTs the report to the server, which is xtask: each
 * finished test and each `console.info` to `/progress`, the sum to `/report`.
 */

import 'mocha/mocha.js'
import { describeFailure } from './failure.js'

const query = new URLSearchParams(location.search)

/** A test that takes longer has failed. xtask says how long the tests of a folder may take. */
const TIMEOUT_MS = Number(query.get('timeout'))

interface Report {
  name: string
  passed: number
  failed: number
  failures: Array<{ test: string; message: string }>
}

mocha.setup({ ui: 'bdd', timeout: TIMEOUT_MS, reporter: Mocha.reporters.Base })

/** mocha's functions that describe tests. */
export const bdd = globalThis as typeof globalThis & Mocha.MochaGlobals

// The bundle describes all its tests when it is evaluated; then they run.
setTimeout(() => {
  const name = query.get('file') ?? document.title
  const report: Report = { name, passed: 0, failed: 0, failures: [] }
  const runner = mocha.run(() => void post('/report', JSON.stringify(report), 'application/json'))
  runner.on('pass', test => {
    report.passed++
    void post('/progress', `${name}: ${test.fullTitle()}`, 'text/plain')
  })
  runner.on('fail', (test, error: unknown) => {
    report.failed++
    report.failures.push({ test: test.fullTitle(), message: describeFailure(error) })
  })
})

// What a test measures is for who reads the report.
console.info = (text: unknown) => void post('/progress', `note: ${String(text)}`, 'text/plain')

async function post(path: string, body: string, type: string): Promise<void> {
  await fetch(path, { method: 'POST', headers: { 'Content-Type': type }, body })
}
