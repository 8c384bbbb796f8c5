// Writes batches until it is killed, and prints which are acknowledged; or prints what is there.
import { FsBackend } from 'pubwiki-lua'
import { readBatches, writeBatches } from './batches.js'

const [, , folder, mode] = process.argv
const backend = new FsBackend({ folder })

if (mode === 'write') await writeBatches(backend, number => console.log(number))
console.log(JSON.stringify(await readBatches(backend)))
