// Holds a folder until it is ended.
import { createRunner, FsBackend } from 'pubwiki-lua'

await createRunner({ backend: new FsBackend({ folder: process.argv[2] }) })
console.log('held')
setInterval(() => {}, 1000)
