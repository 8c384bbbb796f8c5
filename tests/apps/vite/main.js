import { createRunner, MemoryBackend } from 'pubwiki-lua'
import ownWorker from './own-worker.js?worker&url'
import { COUNTER, report } from '../report.js'

report(async () => {
  const own = await createRunner({ workerUrl: ownWorker, backend: new MemoryBackend() })
  await own.run('return 1', { scriptId: 'main' })
  const runner = await createRunner()
  const { values } = await runner.run(COUNTER, { scriptId: 'main' })
  return values[0]
})
