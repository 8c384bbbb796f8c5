/** What has expired is removed; what another tab has written in its place, unheard yet, is not. */

import { IndexedDBBackend, LocalStorageBackend, type StorageBackend } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { realWorkerAfter } from '../support/worker-script.js'

const RECORD = 'main:script.main:'
const TTL_MS = 50

/** Resolves when what was set before has expired. */
const expired = () => new Promise(resolve => setTimeout(resolve, 2 * TTL_MS))

/** Two keys of which the second is renewed by `renew`; gives what a cleanup leaves, here and in the backend. */
async function cleaned(
  backend: StorageBackend,
  renew: (key: string) => Promise<void>,
): Promise<{ here: unknown; stored: unknown }> {
  const runner = await start({ backend })
  for (const name of ['old', 'renewed']) await runner.state.set('main', `script.main.${name}`, 1, { ttl: TTL_MS })
  await runner.state.flush()
  await expired()
  await renew(`${RECORD}renewed`)
  expect(await runner.state.cleanupExpired()).toBeGreaterThan(0)
  const here = await runner.state.get('main', 'script.main.renewed')
  const stored = (await runner.state.records()).map(({ key, value }) => [key, value])
  await runner.close()
  return { here, stored }
}

describe('a cleanup leaves what another tab has written in place of what has expired', () => {
  it('in IndexedDB', async () => {
    const database = `expiry-${Math.random()}`
    const silent = realWorkerAfter('BroadcastChannel.prototype.postMessage = () => {}')
    const result = await cleaned(new IndexedDBBackend({ database }), async () => {
      const other = await start({ backend: new IndexedDBBackend({ database }), workerUrl: silent })
      await other.state.set('main', 'script.main.renewed', 2)
      await other.close()
    })
    expect(result).toEqual({ here: 2, stored: [[`${RECORD}renewed`, 2]] })
    const after = await start({ backend: new IndexedDBBackend({ database }) })
    expect((await after.state.records()).map(({ key, value }) => [key, value])).toEqual([[`${RECORD}renewed`, 2]])
  })

  it('in localStorage', async () => {
    const prefix = `expiry-${Math.random()}:`
    const result = await cleaned(new LocalStorageBackend(prefix), async key => {
      // As another page's write, of which the browser has yet to tell.
      localStorage.setItem(prefix + key, JSON.stringify({ createdAt: 1, updatedAt: 1, value: 2 }))
    })
    expect(result).toEqual({ here: 2, stored: [[`${RECORD}renewed`, 2]] })
    expect(localStorage.getItem(`${prefix}${RECORD}old`)).toBeNull()
    expect(localStorage.getItem(`${prefix}${RECORD}renewed`)).toContain('"value":2')
  })
})
