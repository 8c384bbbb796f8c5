// Only a run keeps the process alive.
import { createRunner } from 'pubwiki-lua'

const runner = await createRunner()
runner.run('sleep(300) print("slept")', { scriptId: 'main', onOutput: text => process.stdout.write(text) })
