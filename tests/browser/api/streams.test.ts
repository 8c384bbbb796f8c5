/** What a script reads and writes besides what it prints. */

import { ExitError, type InputSource } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'

const main = { scriptId: 'main' }

async function* slowly(...pieces: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const piece of pieces) {
    await new Promise(resolve => setTimeout(resolve))
    yield piece
  }
}

const given: [what: string, stdin: InputSource | undefined, lines: string[]][] = [
  ['nothing', undefined, []],
  ['text', 'héllo\nwörld', ['héllo', 'wörld']],
  ['bytes', new TextEncoder().encode('a\nb\n'), ['a', 'b']],
  ['pieces', ['a', 'b\nc', new Uint8Array([10])], ['ab', 'c']],
  ['pieces that come slowly', slowly('li', 'ne 1\nli', '', 'ne 2'), ['line 1', 'line 2']],
  ['a megabyte of surrogate pairs', '\u{1f30d}'.repeat(300_000), ['\u{1f30d}'.repeat(300_000)]],
]

describe('a script that reads', () => {
  for (const [what, stdin, lines] of given) {
    it(`gets ${what}`, async () => {
      const runner = await start()
      const { values } = await runner.run(
        'local t = json.array() for line in io.lines() do t[#t + 1] = line end return t',
        { ...main, stdin },
      )
      expect(values).toEqual([lines])
      await runner.close()
    })
  }

  it('is told what the page fails with, and of invalid input', async () => {
    const runner = await start()
    async function* failing(): AsyncGenerator<string> {
      yield 'first\n'
      throw new RangeError('no more')
    }
    const { values } = await runner.run('return io.read(), io.read()', { ...main, stdin: failing() })
    expect(values).toEqual(['first', undefined, 'stdin: RangeError: no more', 5])
    const wrong = { ...main, stdin: 5 as unknown as string }
    await expect(runner.run('return 1', wrong)).rejects.toMatchObject({ code: 'INVALID_VALUE', path: 'stdin' })
    const odd = await runner.run('return io.read()', { ...main, stdin: [5] as unknown as string[] })
    expect(odd.values[0]).toBe(undefined)
    expect(String(odd.values[1])).toContain('strings or Uint8Arrays')
    await runner.close()
  })

  it('leaves other runs their turns while it waits', async () => {
    const runner = await start()
    let give = (_: string) => {}
    async function* late(): AsyncGenerator<string> {
      yield await new Promise<string>(resolve => (give = resolve))
    }
    const reading = runner.run('return io.read("a")', { ...main, stdin: late() })
    const other = await runner.run('return 2', main)
    expect(other.values).toEqual([2])
    give('at last')
    expect((await reading).values).toEqual(['at last'])
    await runner.close()
  })
})

describe('what a script writes to stderr, and warns of', () => {
  const code = 'print("a") io.stderr:write("b\\n") print("c") warn("@on") warn("w")'

  it('goes to onStderr', async () => {
    const runner = await start()
    let errors = ''
    const { output } = await runner.run(code, { ...main, onStderr: text => (errors += text) })
    expect(output).toBe('a\nc\n')
    expect(errors).toBe('b\nLua warning: w\n')
    await runner.close()
  })

  it('is output, in order, when there is no onStderr', async () => {
    const runner = await start()
    const { output } = await runner.run(code, main)
    expect(output).toBe('a\nb\nc\nLua warning: w\n')
    await runner.close()
  })
})

describe('os.exit', () => {
  it('ends a run well, whatever would catch it, and keeps what it stored', async () => {
    const runner = await start()
    const code = 'State.set("script.main.k", 1) pcall(os.exit, true) while true do end'
    expect((await runner.run(code, main)).values).toEqual([])
    expect(await runner.state.get('main', 'script.main.k')).toBe(1)
    await runner.close()
  })

  it('with a code is an ExitError', async () => {
    const runner = await start()
    const exit = runner.run('os.exit(3)', main)
    await expect(exit).rejects.toBeInstanceOf(ExitError)
    await expect(exit).rejects.toMatchObject({ code: 'EXIT', exitCode: 3 })
    await runner.close()
  })
})
