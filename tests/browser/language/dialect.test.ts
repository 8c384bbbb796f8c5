/** Scripts of older Luas. */

import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

const code = 'return unpack and unpack({ 1, 2 }), type(setfenv)'

describe('a dialect', () => {
  it('is a run’s own', async () => {
    const runner = await start()
    const [old, plain] = await Promise.all([
      runner.run(code, { scriptId: 'main', dialect: '5.1' }),
      runner.run(code, { scriptId: 'main' }),
    ])

    expect(old.values).toEqual([1, 'function'])
    expect(plain.values).toEqual([undefined, 'nil'])
  })

  it('is one that there is', async () => {
    const runner = await start()
    const failure = await failureOf(runner.run(code, { scriptId: 'main', dialect: '5.2' as never }))

    expect(failure).toBeInstanceOf(TypeError)
    expect(failure.message).toBe("dialect: it takes '5.1' or '5.4', not the string \"5.2\"")
  })
})
