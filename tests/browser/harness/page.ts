/**
 * Runs what the bundle describes and POSTs the report to the server, which is xtask: each
 * finished test and each `console.info` to `/progress`, the sum to `/report`. Then it makes room for the next bundle.
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
  const runner = mocha.run(() => void goOn(report))
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

/** Reports, and opens the page that is next in this browser, if there is one: it is of another origin, with the same server. */
async function goOn(report: Report): Promise<void> {
  await post('/report', JSON.stringify(report), 'application/json')
  const [number, path] = (await (await fetch('/next')).text()).split(' ')
  if (path) location.href = `${location.protocol}//${number}.${location.host.replace(/^\d+\./, '')}${path}`
}

async function post(path: string, body: string, type: string): Promise<void> {
  await fetch(path, { method: 'POST', headers: { 'Content-Type': type }, body })
}
