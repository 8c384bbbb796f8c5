/** A page under a Content-Security-Policy: it runs a script, and tells the page that it is a frame of how that ended. */

import { createRunner, MemoryBackend } from 'pubwiki-lua'

const query = new URLSearchParams(location.search)
const artifact = query.get('artifact') === 'portable' ? 'portable' : 'jspi'
const tell = (answer: unknown) => parent.postMessage(answer, location.origin)

try {
  const runner = await createRunner({ backend: new MemoryBackend(), artifact, workerUrl: query.get('workerUrl') ?? '' })
  tell((await runner.run(query.get('code') ?? '', { scriptId: 'main' })).values)
  await runner.close()
} catch (error) {
  tell(String(error))
}
