// A worker of one's own, which hangs when the file is there that its URL names, and removes that before.
import { Buffer } from 'node:buffer'
import { existsSync, rmSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import 'pubwiki-lua/worker.js'

const order = Buffer.from(new URL(workerData.script).searchParams.get('order'), 'hex').toString()
setInterval(() => {
  if (!existsSync(order)) return
  rmSync(order)
  for (;;);
}, 10)
