/** What a program gives, to be compared. */

import type { Runner } from 'pubwiki-lua'

/** Which of its two not-a-numbers an operation gives is the machine's choice, and Lua prints their sign. */
export async function outcome(runner: Runner, code: string): Promise<string> {
  const limits = { cpuMs: 20_000, timeoutMs: 60_000 }
  const said = await runner.run(code, { scriptId: 'main', limits }).then(
    ({ values }) => JSON.stringify(values, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)),
    error => String(error),
  )
  return said.replaceAll('-nan', 'nan')
}
