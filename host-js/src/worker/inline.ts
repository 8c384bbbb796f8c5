/** The worker's script in `inline.js`: the page posts the module first. */

import * as portable from 'glue/portable'
import { begin } from './begin.js'

addEventListener('message', ({ data }: MessageEvent<string>) => begin(portable, unpacked(data)), { once: true })

/** Compiles a module that is in base64, after gzip. */
function unpacked(base64: string): Promise<WebAssembly.Module> {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return WebAssembly.compileStreaming(new Response(stream, { headers: { 'content-type': 'application/wasm' } }))
}
