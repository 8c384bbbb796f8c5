/** A page in Rust, `tests/rust-page`, that uses the same worker by gloo-worker's spawner. */

import { describe, expect, it } from '../harness/index.js'
import { artifact, workerUrl } from '../support/artifact.js'
import { rustPage } from '../support/rust-page.js'

describe('a page in Rust', () => {
  it('runs scripts, keeps their State, and is called by them', async () => {
    const page = await rustPage()
    const database = `rust-page-${Date.now()}`
    for (const visits of [1, 2]) {
      expect(await page.visit(workerUrl, database)).toEqual([
        artifact,
        `hello Rust\t${visits}.5\n${visits} ['Rust', nil]`,
        'HOST_ERROR: host.missing: ReferenceError: the page has no function missing',
        expect.stringContaining('LUA_ERROR: '),
      ])
    }
  })
})
