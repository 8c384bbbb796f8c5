// Counts the visits to a folder, says how many there were, and leaves the runner open.
import { createRunner, FsBackend } from 'pubwiki-lua'

const runner = await createRunner({ backend: new FsBackend({ folder: process.argv[2] }) })
const { values } = await runner.run(
  'return State.update("script.main.visits", function(visits) return (visits or 0) + 1 end)',
  { scriptId: 'main' },
)
console.log(values[0])
