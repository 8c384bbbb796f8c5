/** What a page's Content-Security-Policy may forbid, and what the worker's forbids scripts. */

import { describe, expect, it } from '../harness/index.js'
import { artifact, workerUrl } from '../support/artifact.js'
import { realWorkerAfter } from '../support/worker-script.js'

/** Host and port of a server of another origin. */
const web = new URLSearchParams(location.search).get('web') ?? ''

/**
 * What a script returns in a page with this policy, or why it does not. The page has a URL of its own:
 * in a `srcdoc`, Firefox has 'self' match nothing.
 */
async function runIn(query: Record<string, string>): Promise<unknown> {
  const frame = document.createElement('iframe')
  frame.src = `/tests/under-policy.html?${new URLSearchParams({ artifact, code: 'return 1', ...query })}`
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

function runWith(policy: string, workerUrl: string, code: string): Promise<unknown> {
  return runIn({ policy, workerUrl, code })
}

describe('a page whose policy allows its own scripts and workers alone', () => {
  it('runs scripts: nothing is evaluated, fetched or compiled in the page', async () => {
    expect(await runWith("default-src 'none'; script-src 'self'; worker-src 'self'", workerUrl, 'return 1')).toEqual([
      1,
    ])
  })
})

describe('a page that enforces Trusted Types', () => {
  const told = /^WorkerFailedError: .*allow the policy pubwiki-lua .*, or give a TrustedScriptURL as workerUrl/
  const enforced = "require-trusted-types-for 'script'; trusted-types"

  it('runs scripts where it allows the policy pubwiki-lua', async () => {
    expect(await runIn({ policy: `${enforced} pubwiki-lua` })).toEqual([1])
    expect(await runIn({ policy: `${enforced} 'none'` })).toMatch(told)
  })

  it('runs scripts from a worker URL that it trusts, and from no other', async () => {
    expect(await runIn({ policy: `${enforced} page`, workerUrl, trustedBy: 'page', violations: '' })).toEqual([1, []])
    expect(await runIn({ policy: `${enforced} pubwiki-lua`, workerUrl })).toMatch(told)
  })
})

describe('a page of the one file', () => {
  const inline = { package: 'pubwiki-lua/inline', artifact: 'portable' }
  const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"

  it('runs scripts where its policy allows workers of Blobs, with nothing fetched', async () => {
    expect(await runIn({ ...inline, policy: `${strict}; worker-src blob:`, violations: '' })).toEqual([1, []])
    expect(await runIn({ ...inline, policy: `${strict}; worker-src 'self'` })).toMatch(/^WorkerFailedError: /)
  })

  it('has no other build', async () => {
    expect(await runIn({ ...inline, policy: strict, artifact: 'jspi' })).toMatch(
      /artifact: it takes 'portable', not the string "jspi"/,
    )
  })
})

/** A worker that is made of a blob has the page's policy; of a URL, that of its own response. */
const worker = "default-src 'none'; worker-src blob:; script-src 'self' blob:"

describe('a worker whose policy', () => {
  it('allows WebAssembly and its own origin alone runs scripts', async () => {
    expect(await runWith(`${worker} 'wasm-unsafe-eval'; connect-src 'self'`, realWorkerAfter(''), 'return 1')).toEqual([
      1,
    ])
  })

  it('does not allow WebAssembly fails with an error that says so', async () => {
    expect(await runWith(`${worker}; connect-src 'self'`, realWorkerAfter(''), 'return 1')).toMatch(
      /^WorkerFailedError: .*(Content Security Policy|CSP)/,
    )
  })

  it('lists hosts has scripts fetch modules of those alone', async () => {
    const code = `return type(require("http://${web}/plain.lua").fail)`
    const listed = `${worker} 'wasm-unsafe-eval'; connect-src 'self' http://${web}`

    expect(await runWith(listed, realWorkerAfter(''), code)).toEqual(['function'])
    expect(await runWith(`${worker} 'wasm-unsafe-eval'; connect-src 'self'`, realWorkerAfter(''), code)).toMatch(
      /^ModuleError: /,
    )
  })
})
