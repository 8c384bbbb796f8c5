/** Workers whose native stack is in use in part before Lua gets any of it, and whose code is all new. */

import { artifact } from './artifact.js'
import { engine } from './engine.js'
import { realWorkerAfter } from './worker-script.js'

/**
 * A module whose `f` calls the `f` that it is given, `n` frames of many variables further down:
 * `(func $down (param i32) (local i64 …) (if (i32.eqz (local.get 0)) (then (call $f)) (else (call $down (i32.sub (local.get 0) (i32.const 1))))))`
 * and `(func (export "f") (call $down (global.get $n)))`.
 */
const DOWN = [
  [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  [1, 8, 2, 0x60, 0, 0, 0x60, 1, 0x7f, 0],
  [2, 12, 2, 0, 1, 0x66, 0, 0, 0, 1, 0x6e, 3, 0x7f, 0],
  [3, 3, 2, 1, 0],
  [7, 5, 1, 1, 0x66, 0, 2],
  [10, 30, 2],
  [21, 1, 0xc8, 1, 0x7e, 0x20, 0, 0x45, 4, 0x40, 0x10, 0, 5, 0x20, 0, 0x41, 1, 0x6b, 0x10, 1, 0x0b, 0x0b],
  [6, 0, 0x23, 0, 0x10, 1, 0x0b],
].flat()

/** The URL of the script of such a worker. `share` of its stack, from 0 to 1, is in use. */
export function shortStackWorker(share: number): string {
  return realWorkerAfter(`
    const module = new WebAssembly.Module(Uint8Array.of(${DOWN.join()}))
    const below = (n, f) => new WebAssembly.Instance(module, { '': { n, f } }).exports.f
    // Engines keep what they have compiled of a module, and what ran often is compiled to smaller frames.
    WebAssembly.compileStreaming = async response => {
      const bytes = [...crypto.getRandomValues(new Uint8Array(16))]
      return WebAssembly.compile(await new Blob([await response.arrayBuffer(), Uint8Array.of(0, 18, 1, 0x75, ...bytes)]).arrayBuffer())
    }
    // A stack that is suspended is one by itself.
    const onStack = ${artifact === 'jspi'} ? WebAssembly.promising : f => async () => f()
    const bottom = new WebAssembly.Instance(module, { '': { n: 0, f() {} } }).exports.f
    // WebKit compiles it again and again, beside what runs: what is too deep for the first code is not for the last.
    for (let n = 0; ${engine === 'webkit'} && n < 3000; n++) {
      await onStack(below(1000, bottom))()
      if (n % 300 === 0) await new Promise(resolve => setTimeout(resolve, 50))
    }
    let [some, tooMany] = [0, 1 << 20]
    while (tooMany - some > 1) {
      const frames = (some + tooMany) >> 1
      try {
        await onStack(below(frames, bottom))()
        some = frames
      } catch {
        tooMany = frames
      }
    }
    const used = Math.floor(some * ${share})
    if (${artifact === 'jspi'}) WebAssembly.promising = f => onStack(f.length === 0 ? below(used, f) : f)
    else {
      let queue = queueMicrotask
      Object.defineProperty(globalThis, 'queueMicrotask', {
        set: made => { queue = made },
        get: () => task => queue(below(used, task)),
      })
    }`)
}
