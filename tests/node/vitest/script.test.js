import { createRunner } from 'pubwiki-lua'
import { expect, test } from 'vitest'

test('the script counts its visits', async () => {
  const runner = await createRunner()
  const run = () => runner.run('return State.update("script.main.n", function(n) return (n or 0) + 1 end)', { scriptId: 'main' })

  expect((await run()).values).toEqual([1])
  expect((await run()).values).toEqual([2])
  await runner.close()
})
