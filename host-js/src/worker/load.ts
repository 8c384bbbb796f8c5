/** Loads the WebAssembly module. */

/** Compiles it while it comes, where the server says what it is. */
export async function load(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url.href} answers with status ${response.status}`)
  const type = response.headers.get('content-type')
  if (type === 'application/wasm') return await WebAssembly.compileStreaming(response)
  const bytes = await response.arrayBuffer()
  // As every module begins.
  if (new DataView(bytes).byteLength < 4 || new DataView(bytes).getUint32(0) !== 0x0061736d) {
    throw new Error(`${url.href} is not WebAssembly, but ${bytes.byteLength} bytes of the type ${type ?? 'unknown'}`)
  }
  return await WebAssembly.compile(bytes)
}
