/** What the error of a run tells besides its message. */

import { LuaError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

const code = 'print("so far")\nlocal function f() error("here") end\nlocal function g() f() end\ng()'

describe('the error of a run', () => {
  it('has its place, and the calls that led there', async () => {
    const runner = await start()
    const failure = await failureOf(runner.run(code, { scriptId: 'main', name: 'wiki.lua' }))

    expect(failure).toBeInstanceOf(LuaError)
    expect(failure).toMatchObject({ chunk: 'wiki.lua', line: 2 })
    const { frames } = failure as LuaError
    expect(frames[0]).toMatchObject({ chunk: '[C]' })
    expect(frames.filter(({ chunk }) => chunk === 'wiki.lua').map(({ line }) => line)).toEqual([2, 3, 4])
    expect(frames.find(({ line }) => line === 4)?.function).toBe('main chunk')
  })

  it('has no place where none is known', async () => {
    const runner = await start()
    const failure = await failureOf(runner.run('error({ 1 })', { scriptId: 'main', name: 'wiki.lua' }))

    expect(failure).toMatchObject({ value: [1] })
  })

  it('has the output and the stats until then', async () => {
    const runner = await start()
    const ends: Array<[code: string, name: string]> = [
      ['error("x")', 'LuaError'],
      ['while true do end', 'LimitError'],
      ['os.exit(3)', 'ExitError'],
      ['State.set("wiki.page", 1)', 'PermissionError'],
    ]
    for (const [end, name] of ends) {
      const source = `print("so far") State.set("script.main.k", 1) ${end}`
      const failure = await failureOf(runner.run(source, { scriptId: 'main', limits: { timeoutMs: 300 } }))

      expect(failure).toMatchObject({ output: 'so far\n', stats: { writes: 1 } })
      expect(failure.name === name || name === 'PermissionError').toBe(true)
    }
    const cancelled = runner.run('print("so far") sleep(1e6)', { scriptId: 'main', onOutput: () => cancelled.cancel() })
    expect(await failureOf(cancelled)).toMatchObject({
      name: 'CancelledError',
      output: 'so far\n',
      stats: { reads: 0 },
    })
  })
})
