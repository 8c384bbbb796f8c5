// Neither esbuild nor Rollup emits a worker: it is within this file.
import { createRunner } from 'pubwiki-lua/inline'
import { COUNTER, report } from '../report.js'

report(async () => {
  const runner = await createRunner()
  const { values } = await runner.run(COUNTER, { scriptId: 'main' })
  return values[0]
})
