/** From nothing to the first result: code is fetched and compiled again each time. */

import { type Benchmark, timed } from '../benchmark.js'
import * as ours from '../peers/ours.js'
import { Wasmoon } from '../peers/wasmoon.js'

const FIRST = 'return 6 * 7'

/** The server forbids caching, and ours has its page-side code loaded again too. */
export function coldLoad(): Benchmark[] {
  let loads = 0
  return [
    {
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
            let peer: Wasmoon | undefined
            const taken = await timed(async () => {
              peer = new Wasmoon()
              return await peer.run(FIRST)
            })
            peer?.close()
            return taken
          },
        },
      ],
    },
  ]
}
