/** A process that is killed in the midst of writes: what was acknowledged is there, and each batch whole or not at all. */

import { describe, expect, it } from '../browser/harness/index.js'
import { newFolder, Program, ran, script } from './harness/engine.js'

const ROUNDS = Number(process.argv[4] ?? 3)

describe('a process that is killed while it writes to an FsBackend', () => {
  it('has lost nothing that was acknowledged', async () => {
    const folder = newFolder()
    let before = 0
    for (let round = 1; round <= ROUNDS; round++) {
      const writer = new Program(script('kill.mjs'), [folder, 'write'])
      await writer.says('\n')
      // Another moment in each round.
      await new Promise(resolve => setTimeout(resolve, (round * 137) % 400))
      writer.child.kill('SIGKILL')
      await writer.ended
      const acknowledged = Number(writer.stdout.trimEnd().split('\n').at(-1))
      const { stdout, stderr } = await ran(script('kill.mjs'), [folder, 'read'])

      expect(stderr).toBe('')
      const { last, broken } = JSON.parse(stdout)
      expect(acknowledged).toBeGreaterThan(before)
      expect(last).toBeGreaterThanOrEqual(acknowledged)
      expect(broken).toEqual([])
      before = last
    }
    console.info(`${before} batches are there after ${ROUNDS} kills, and all that were acknowledged`)
  })
})
