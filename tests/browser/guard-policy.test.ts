/** What a page's Content-Security-Policy may forbid, and what the worker's forbids scripts. */

import { describe, expect, it } from 'vitest'
import { artifact, workerUrl } from './support/artifact.js'
import { realWorkerAfter } from './support/worker-script.js'

/** Host and port of a server of another origin. */
const web = new URLSearchParams(location.search).get('web') ?? ''

/** What a script returns in a page with this policy, or why it does not. */
async function runWith(policy: string, url: string, code: string): Promise<unknown> {
  const frame = document.createElement('iframe')
  const script = `
    import { createRunner, MemoryBackend } from '/package/index.js'
    const options = ${JSON.stringify({ artifact, workerUrl: url })}
    try {
      const runner = await createRunner({ backend: new MemoryBackend(), ...options })
      parent.postMessage((await runner.run(${JSON.stringify(code)}, { scriptId: 'main' })).values, '*')
      await runner.close()
    } catch (error) {
      parent.postMessage(String(error), '*')
    }`
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module" nonce="test">${script}</script>`
  const answer = new Promise(resolve => {
    const listen = (event: MessageEvent<unknown>) => {
      if (event.source !== frame.contentWindow) return
      removeEventListener('message', listen)
      resolve(event.data)
    }
    addEventListener('message', listen)
  })
  document.body.append(frame)
  try {
    return await answer
  } finally {
    frame.remove()
  }
}

describe('a page whose policy allows its own scripts and workers alone', () => {
  it('runs scripts: nothing is evaluated, fetched or compiled in the page', async () => {
    expect(await runWith("default-src 'none'; script-src 'self' 'nonce-test'; worker-src 'self'", workerUrl, 'return 1')).toEqual([1])
  })
})

/** A worker that is made of a blob has the page's policy; of a URL, that of its own response. */
const worker = "default-src 'none'; worker-src blob:; script-src 'self' blob: 'nonce-test'"

describe('a worker whose policy', () => {
  it('allows WebAssembly and its own origin alone runs scripts', async () => {
    expect(await runWith(`${worker} 'wasm-unsafe-eval'; connect-src 'self'`, realWorkerAfter(''), 'return 1')).toEqual([1])
  })

  it('does not allow WebAssembly fails with an error that says so', async () => {
    expect(await runWith(`${worker}; connect-src 'self'`, realWorkerAfter(''), 'return 1')).toMatch(/^WorkerFailedError: .*Content Security Policy/)
  })

  it('lists hosts has scripts fetch modules of those alone', async () => {
    const code = `return type(require("http://${web}/plain.lua").fail)`
    const listed = `${worker} 'wasm-unsafe-eval'; connect-src 'self' http://${web}`

    expect(await runWith(listed, realWorkerAfter(''), code)).toEqual(['function'])
    expect(await runWith(`${worker} 'wasm-unsafe-eval'; connect-src 'self'`, realWorkerAfter(''), code)).toMatch(/^ModuleError: /)
  })
})
