/** The build of the worker that this page tests, and when it compiles functions: xtask loads each test file once for each. */

import { type Artifact, createRunner, MemoryBackend, type Runner, type RunnerOptions, setGluePath } from 'pubwiki-lua'
import { afterEach } from '../harness/index.js'

/** The artifact under test. */
export const artifact: Artifact =
  new URLSearchParams(location.search).get('artifact') === 'portable' ? 'portable' : 'jspi'

/** As early as can be, where xtask wants that. */
const compile =
  new URLSearchParams(location.search).get('compile') === 'early' ? { threshold: 1, watched: 1 } : undefined

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
  const runner = await createRunner({ backend: new MemoryBackend(), artifact, compile, ...options })
  runners.push(runner)
  return runner
}
