/** Runs that say how far they are. */

import type { Run, Runner, RunOptions } from 'pubwiki-lua'

/** Starts a run of script `main`, and waits until it has printed `ready`. */
export async function ready(runner: Runner, code: string, options?: Partial<RunOptions>): Promise<{ run: Run; printed(): string; says(text: string): Promise<void> }> {
  let printed = ''
  let heard = () => {}
  const run = runner.run(code, {
    scriptId: 'main',
    ...options,
    onOutput: chunk => {
      printed += chunk
      heard()
    },
  })
  // One that fails before it says anything fails the test.
  const failed = run.then(() => undefined)
  failed.catch(() => undefined)
  const says = async (text: string) => {
    while (!printed.includes(text)) {
      const more = new Promise<void>(resolve => (heard = resolve))
      await Promise.race([more, failed])
    }
  }
  await says('ready')
  return { run, printed: () => printed, says }
}
