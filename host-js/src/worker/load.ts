/** Loads the WebAssembly module. */

/** Compiles it while it comes, where the server says what it is. */
export async function load(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url.href} answers with status ${response.status}`)
  if (response.headers.get('content-type') === 'application/wasm') return await WebAssembly.compileStreaming(response)
  return await WebAssembly.compile(await response.arrayBuffer())
}
