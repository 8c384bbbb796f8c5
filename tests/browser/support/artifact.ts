/** The build of the worker that this page tests: xtask loads each test file once for each. */

import { type Artifact, createRunner, MemoryBackend, type Runner, type RunnerOptions, setGluePath } from 'pubwiki-lua'
import { afterEach } from '../harness/index.js'

/** The artifact under test. */
export const artifact: Artifact =
  new URLSearchParams(location.search).get('artifact') === 'portable' ? 'portable' : 'jspi'

/** The script's URL that starts it. */
export const workerUrl = `${import.meta.resolve('pubwiki-lua/worker.js')}#artifact=${artifact}`

// For the module-level functions and the backends by themselves.
setGluePath(workerUrl)

const runners: Runner[] = []

afterEach(async () => {
  await Promise.all(runners.splice(0).map(runner => runner.close()))
})

/** Makes a runner, in memory unless told otherwise; it is closed after the test. */
export async function start(options?: RunnerOptions): Promise<Runner> {
  const runner = await createRunner({ backend: new MemoryBackend(), artifact, ...options })
  runners.push(runner)
  return runner
}
