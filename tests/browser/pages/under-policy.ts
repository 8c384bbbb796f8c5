/** A page under a Content-Security-Policy: it runs a script, and tells the page that it is a frame of how that ended. */

import type * as Package from 'pubwiki-lua'

const query = new URLSearchParams(location.search)
const artifact = query.get('artifact') === 'portable' ? 'portable' : 'jspi'
const tell = (answer: unknown) => parent.postMessage(answer, location.origin)
const violations: string[] = []
addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.push(effectiveDirective))

/** The worker's URL that the page is to take, trusted by a policy if there is one of that name. */
function workerUrl(): Package.WorkerUrl | undefined {
  const [url, policy] = [query.get('workerUrl') ?? undefined, query.get('trustedBy')]
  return policy === null || url === undefined
    ? url
    : trustedTypes.createPolicy(policy, { createScriptURL: url => url }).createScriptURL(url)
}

declare const trustedTypes: {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): Package.WorkerUrl }
}

try {
  const { createRunner, MemoryBackend }: typeof Package = await import(query.get('package') ?? 'pubwiki-lua')
  const runner = await createRunner({ backend: new MemoryBackend(), artifact, workerUrl: workerUrl() })
  const { values } = await runner.run(query.get('code') ?? '', { scriptId: 'main' })
  tell(query.has('violations') ? [...values, violations] : values)
  await runner.close()
} catch (error) {
  tell(String(error))
}
