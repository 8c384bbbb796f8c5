/** wasmoon in a worker: takes Lua source, answers what it returns. */

import { LuaFactory } from 'wasmoon'

const factory = new LuaFactory(new URL('glue.wasm', import.meta.url).href)

/** As in our runs, each script has a Lua state of its own in the same module. */
async function run(code: string): Promise<unknown[]> {
  const engine = await factory.createEngine()
  try {
    engine.global.set('clock', () => performance.now() / 1000)
    engine.global.set('noop', () => undefined)
    engine.global.set('promise', () => Promise.resolve())
    const thread = engine.global.newThread()
    thread.loadString(code)
    return [...(await thread.run(0))]
  } finally {
    engine.global.close()
  }
}

addEventListener('message', async ({ data }: MessageEvent<{ code: string }>) => {
  try {
    postMessage({ values: await run(data.code) })
  } catch (error) {
    postMessage({ error: String(error) })
  }
})
