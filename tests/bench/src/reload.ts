/** A page that loads one contender, has it compute something, and tells the page that holds it how long that took. */

import { timed } from './benchmark.js'
import { LuaWorker } from './peers/lua-worker.js'
import * as ours from './peers/ours.js'

const [peer, code] = JSON.parse(decodeURIComponent(location.hash.slice(1))) as [peer: string, code: string]

async function load(): Promise<unknown> {
  if (peer === 'wasmoon') return await new LuaWorker('wasmoon').run(code)
  return await ours.run(await ours.start('kept/package', 'memory'), code)
}

try {
  parent.postMessage(await timed(load))
} catch (error) {
  parent.postMessage({ error: String(error) })
}
