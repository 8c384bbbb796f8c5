/** From nothing to the first result. */

import { type Benchmark, type Contender, type Taken, timed } from '../benchmark.js'
import { LuaWorker } from '../peers/lua-worker.js'
import * as ours from '../peers/ours.js'

const FIRST = 'return 6 * 7'

/** Code is fetched and compiled again each time, or taken from what the browser keeps of the last time. */
export function loading(): Benchmark[] {
  return [coldLoad(), reload()]
}

/** The server forbids caching, and ours has its page-side code loaded again too. */
function coldLoad(): Benchmark {
  let loads = 0
  return {
    name: 'cold load to first result',
    contenders: [
      {
        name: 'ours',
        async once() {
          let runner: ours.Runner | undefined
          const taken = await timed(async () => {
            runner = await ours.start('package', 'memory', `?load=${loads++}`)
            return await ours.run(runner, FIRST)
          })
          await runner?.close()
          return taken
        },
      },
      {
        name: 'wasmoon',
        async once() {
          let peer: LuaWorker | undefined
          const taken = await timed(async () => {
            peer = new LuaWorker('wasmoon')
            return await peer.run(FIRST)
          })
          peer?.close()
          return taken
        },
      },
    ],
  }
}

/** Before what is measured each has been loaded this often: browsers keep compiled code of what is used again. */
const LOADS_BEFORE = 3

/** The server allows caching for a year, and each load is a page of its own. */
function reload(): Benchmark {
  const contender = (name: string): Contender => ({
    name,
    async prepare() {
      for (let load = 0; load < LOADS_BEFORE; load++) await inFrame(name)
    },
    once: () => inFrame(name),
  })
  return { name: 'reload to first result', contenders: [contender('ours'), contender('wasmoon')] }
}

async function inFrame(peer: string): Promise<Taken> {
  const frame = document.createElement('iframe')
  const answer = new Promise<Taken | { error: string }>(resolve => {
    addEventListener('message', ({ data }: MessageEvent) => resolve(data), { once: true })
  })
  frame.src = `/kept/bench/reload.html#${encodeURIComponent(JSON.stringify([peer, FIRST]))}`
  document.body.append(frame)
  try {
    const taken = await answer
    if ('error' in taken) throw new Error(`${peer}: ${taken.error}`)
    return taken
  } finally {
    frame.remove()
  }
}
