/** Our package, as a page uses it. */

import type { StorageBackend } from '../../../../host-js/src/backends/storage-backend.js'
import type * as Package from '../../../../host-js/src/index.js'

/** The package that is shipped, or as browsers may keep it, or the same with the test-only functions, or without safepoints. */
export type Build = 'package' | 'kept/package' | 'package-testing' | 'package-unmetered'

/** Where a runner's state lasts. */
export type State = 'memory' | 'indexeddb' | 'opfs' | StorageBackend

/** A runner of ours. */
export type Runner = Package.Runner

/** What else a runner is made with. */
export type Options = Partial<Package.RunnerOptions>

/** A runner of the build that the browser runs best; a `mark` makes the browser load the page's side afresh. */
export async function start(build: Build, state: State, mark = '', options: Options = {}): Promise<Runner> {
  const url = `/${build}/index.js${mark}`
  const { createRunner, IndexedDBBackend, MemoryBackend, OpfsBackend }: typeof Package = await import(url)
  const made = { memory: MemoryBackend, indexeddb: IndexedDBBackend, opfs: OpfsBackend }
  return await createRunner({ ...options, backend: typeof state === 'string' ? new made[state]() : state })
}

/** Runs a script as `bench` and gives what it returned. */
export async function run(runner: Runner, code: string): Promise<readonly unknown[]> {
  return (await runner.run(code, { scriptId: 'bench' })).values
}
