/** The origin private file system: one worker's at a time, and not in every browser. */

import { createRunner, FsBackend, OpfsBackend } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'
import { hasOpfs } from '../support/engine.js'
import { failureOf } from '../support/failure-of.js'

describe('an OpfsBackend', () => {
  if (hasOpfs) {
    it('that another one has open is refused with an error that says so', async () => {
      const folder = `shared-${Math.random()}`
      const [first, second] = [new OpfsBackend({ folder }), new OpfsBackend({ folder })]
      await first.init()
      expect(await failureOf(second.init())).toMatchObject({
        code: 'STORAGE_FAILED',
        message: expect.stringMatching('another tab or worker'),
      })
      first.close()
      await second.init()
      second.close()
    })
  } else {
    it('says what to choose instead where there is no such file system', async () => {
      const refusal = {
        code: 'STORAGE_FAILED',
        message: expect.stringMatching(/no origin private file system.*use IndexedDB/),
      }
      const backend = new OpfsBackend({ folder: 'none' })
      expect(await failureOf(backend.init())).toMatchObject(refusal)
      expect(await failureOf(createRunner({ artifact, backend }))).toMatchObject(refusal)
    })
  }
})

describe('an FsBackend', () => {
  it('says what to choose instead', async () => {
    const refusal = {
      code: 'STORAGE_FAILED',
      backend: 'fs',
      message: expect.stringMatching(/is for Node, Deno and Bun; use IndexedDB/),
    }
    const backend = new FsBackend({ folder: '/tmp/none' })
    expect(await failureOf(backend.init())).toMatchObject(refusal)
    expect(await failureOf(createRunner({ artifact, backend }))).toMatchObject(refusal)
  })
})
