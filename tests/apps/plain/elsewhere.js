// The package lies on another origin, which the URL names.
import { COUNTER, report } from './report.js'

report(async () => {
  const origin = new URLSearchParams(location.search).get('elsewhere')
  const { createRunner } = await import(`${origin}/package/index.js`)
  const runner = await createRunner()
  const { values } = await runner.run(COUNTER, { scriptId: 'main' })
  return values[0]
})
