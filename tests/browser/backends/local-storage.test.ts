/** localStorage in a page that the browser gives less than others. */

import { LocalStorageBackend } from 'pubwiki-lua'
import { afterEach, describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'

describe('a LocalStorageBackend in a frame of another site', () => {
  const { query, request } = navigator.locks

  afterEach(() => Object.assign(navigator.locks, { query, request }))

  it('keeps records where the frame may not ask for locks', async () => {
    const refuse = () => Promise.reject(new DOMException('The operation is insecure.', 'SecurityError'))
    Object.assign(navigator.locks, { query: refuse, request: refuse })
    const backend = () => new LocalStorageBackend('framed:')
    const first = await start({ backend: backend() })
    await first.run('State.set("script.main.k", 1)', { scriptId: 'main' })
    await first.close()
    const second = await start({ backend: backend() })

    expect(await second.state.get('main', 'script.main.k')).toBe(1)
    await second.state.clear()
  })
})
