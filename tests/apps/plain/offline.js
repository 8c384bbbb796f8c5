import { createRunner } from 'pubwiki-lua'
import { COUNTER, report } from './report.js'

report(async () => {
  navigator.serviceWorker.register('service-worker.js')
  while (!navigator.serviceWorker.controller) {
    await new Promise(resolve => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
  }
  const runner = await createRunner()
  const { values } = await runner.run(COUNTER, { scriptId: 'main' })
  // From now on there is no network.
  await (await caches.open('app')).put('/offline', new Response())
  return values[0]
})
