/** Runs that say how far they are. */

import type { Run, Runner, RunOptions } from 'pubwiki-lua'

/** Starts a run of script `main`, and waits until it has printed `ready`. */
export async function ready(
  runner: Runner,
  code: string,
  options?: Partial<RunOptions>,
): Promise<{ run: Run; printed(): string; says(text: string): Promise<void> }> {
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
  // One that ends before it has said it fails the test.
  const ended = run.then(() => {
    throw new Error(`the run ended, having printed ${JSON.stringify(printed)}`)
  })
  ended.catch(() => undefined)
  const says = async (text: string) => {
    while (!printed.includes(text)) {
      const more = new Promise<void>(resolve => (heard = resolve))
      await Promise.race([more, ended])
    }
  }
  await says('ready')
  return { run, printed: () => printed, says }
}
