/** The command `pubwiki-lua`. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '../browser/harness/index.js'
import { newFolder, Program, ran } from './harness/engine.js'

const command = fileURLToPath(new URL('./cli.js', import.meta.resolve('pubwiki-lua/package.json')))

function file(code: string): string {
  const path = join(newFolder(), 'script.lua')
  writeFileSync(path, code)
  return path
}

const run = (code: string, args: readonly string[] = [], input = '') =>
  ran(command, ['run', file(code), ...args], input)

describe('pubwiki-lua run', () => {
  it('streams output, errors and input, and passes arguments', async () => {
    const code = 'io.stderr:write("asked ", ..., "\\n") for line in io.lines() do print(line:upper()) end'

    expect(await run(code, ['--', '--help'], 'a\nb\n')).toEqual({ code: 0, stdout: 'A\nB\n', stderr: 'asked --help\n' })
  })

  it('prints while the script runs', async () => {
    const program = new Program(command, ['run', file('print("first") io.read() print("second")')])
    await program.says('first\n')
    program.child.stdin?.end('\n')

    expect([await program.ended, program.stdout]).toEqual([0, 'first\nsecond\n'])
  })

  it('exits with what os.exit says', async () => {
    expect((await run('os.exit(7)')).code).toBe(7)
    expect((await run('os.exit(true)')).code).toBe(0)
  })

  it('shows an error with its traceback', async () => {
    const { code, stderr } = await run('\nlocal function f() error("oops") end f()')

    expect(code).toBe(1)
    expect(stderr).toMatch(/^script\.lua:2: oops\nstack traceback:\n/)
  })

  it('is ended by limits', async () => {
    const ended = await run('while true do end', ['--cpu-ms', '200'])

    expect(ended).toEqual({ code: 2, stdout: '', stderr: 'the script computed longer than its limit of 200 ms\n' })
  })

  it('keeps State in a folder', async () => {
    const [state, path] = [
      join(newFolder(), 'state'),
      file('local n = State.get("script.me.n", 0) + 1 State.set("script.me.n", n) print(n)'),
    ]
    const args = ['run', path, '--state', state, '--script-id', 'me']

    expect([(await ran(command, args)).stdout, (await ran(command, args)).stdout]).toEqual(['1\n', '2\n'])
  })

  it('gives modules', async () => {
    const part = file('return function(x) return x * 2 end')

    expect((await run('print(require("file://double.lua")(21))', ['--module', `double.lua=${part}`])).stdout).toBe(
      '42\n',
    )
  })

  it('is ended by a signal, with what the script has stored', async () => {
    const [state, path] = [newFolder(), file('State.set("script.main.n", 1) print("ready") sleep(60000)')]
    const program = new Program(command, ['run', path, '--state', state])
    await program.says('ready')
    program.child.kill('SIGINT')

    // Deno takes its child's exit code for a signal.
    expect([130, 'SIGINT']).toContain(await program.ended)
    expect((await run('print(State.get("script.main.n"))', ['--state', state])).stdout).toBe('1\n')
  })

  it('returns what cannot cross without an error', async () => {
    expect((await run('return { f = print }')).code).toBe(0)
  })
})

describe('a command line that cannot be carried out', () => {
  const cases: Array<[args: string[], says: RegExp]> = [
    [[], /^error: a command is needed/],
    [['walk'], /^error: there is no command walk, only run/],
    [['run'], /^error: run needs a file/],
    [['run', 'a.lua', 'b.lua'], /behind --/],
    [['run', 'a.lua', '--fast'], /^error: Unknown option '--fast'; see/],
    [['run', 'a.lua', '--timeout-ms', '0'], /^error: --timeout-ms takes a whole number from 1, not 0/],
    [['run', 'a.lua', '--module', 'x'], /^error: --module takes NAME=FILE, not x/],
    [['run', '/nowhere.lua'], /^error: \/nowhere.lua cannot be read: .*ENOENT/],
  ]
  for (const [args, says] of cases) {
    it(`says why: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await ran(command, args)

      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(says)
      expect(stderr.trimEnd()).not.toContain('\n')
    })
  }

  it('helps, and says its version', async () => {
    const { version } = JSON.parse(
      readFileSync(new URL('./package.json', import.meta.resolve('pubwiki-lua/package.json')), 'utf8'),
    )

    expect((await ran(command, ['--help'])).stdout).toContain('usage: pubwiki-lua run FILE.lua')
    expect((await ran(command, ['--version'])).stdout).toBe(`${version}\n`)
  })
})
