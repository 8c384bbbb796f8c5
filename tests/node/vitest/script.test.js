// README's example, and one about State.

import { createRunner } from 'pubwiki-lua'
import { expect, test } from 'vitest'

test('the script greets', async () => {
  const runner = await createRunner()
  runner.registerFunction('reader', () => 'Ada')
  const { output } = await runner.run('print("Hello, " .. host.reader())', { scriptId: 'main' })

  expect(output).toBe('Hello, Ada\n')
  await runner.close()
})

test('the script counts, in bytes too', async () => {
  const runner = await createRunner()
  const code = new TextEncoder().encode('return State.update("script.main.n", function(n) return (n or 0) + 1 end)')
  for (const count of [1, 2]) expect((await runner.run(code, { scriptId: 'main' })).values).toEqual([count])
  await runner.close()
})
