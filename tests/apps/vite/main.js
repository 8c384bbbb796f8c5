import { createRunner } from 'pubwiki-lua'
import { COUNTER, report } from '../report.js'

report(async () => {
  const runner = await createRunner()
  const { values } = await runner.run(COUNTER, { scriptId: 'main' })
  return values[0]
})
