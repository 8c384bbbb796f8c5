/**
 * The worker with test-only functions, in Lua's `__test`: `hang`, `panic`, `trap`, `exhaust`, `hoard`, `memory`,
 * `fail_guards`.
 * xtask builds its package for test files that import this.
 */

import type { Runner, RunnerOptions } from 'pubwiki-lua'
import { start } from './artifact.js'

/** The URL of its script. */
export const testingWorkerUrl = '/package-testing/worker.js'

/** Makes a runner with it, in memory unless told otherwise; it is closed after the test. */
export function startTesting(options?: RunnerOptions): Promise<Runner> {
  return start({ workerUrl: testingWorkerUrl, ...options })
}
