/** Texts that a script makes as long as it likes: what leaves the run stays small. */

import { type LuaError as Failure, LuaError, type Runner, ValueError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { longestTask } from '../support/longest-task.js'
import { startTesting } from '../support/testing-package.js'

const main = { scriptId: 'main' }
const MIB = 1024 * 1024
const MESSAGE_BYTES = 64 * 1024

/** Makes as much as the failures below do, and fails with a short text. */
const HARMLESS = 'local s = ("\\xff"):rep(2.8e7) local t = s .. "x" error("short", 0)'
/** A run's memory. */
const LIMIT = 64 * MIB
const LONG: Record<string, string> = {
  'a message': 'error(("\\xff"):rep(2.8e7), 0)',
  'an error value': 'error({ ("\\xff"):rep(2.8e7) })',
  __tostring: 'error(setmetatable({}, { __tostring = function() return ("\\xff"):rep(2.8e7) end }))',
  __close: 'local t <close> = setmetatable({}, { __close = function() error(("\\xff"):rep(2.8e7), 0) end })',
  'an update': 'State.update("script.main.k", function() error(("\\xff"):rep(2.8e7), 0) end)',
  'a path': 'return { [("x"):rep(2.8e7)] = print }',
  'a host function': 'host[("x"):rep(2.8e7)]()',
  'a module': 'require(("x"):rep(2.8e7))',
  'a namespace': 'State.register({ [("x"):rep(2.8e7)] = 1 })',
}

async function workerMemory(runner: Runner): Promise<number> {
  const { values } = await runner.run('return __test.memory()', main)
  return Number(values[0])
}

describe('a failure whose text is long', () => {
  for (const [from, code] of Object.entries(LONG)) {
    it(`from ${from} reaches the page short, and the run's limit holds`, async () => {
      const runner = await startTesting()
      const before = await workerMemory(runner)
      const { value: error, longest } = await longestTask(() => failureOf(runner.run(code, main)))
      const grown = (await workerMemory(runner)) - before
      console.info(
        `a long text from ${from}: page blocked ${longest.toFixed(0)} ms, worker grown by ${(grown / MIB).toFixed(1)} MiB`,
      )

      expect(new TextEncoder().encode(error.message).length).toBeLessThanOrEqual(MESSAGE_BYTES)
      // A large block does not fit where a small one has been put meanwhile.
      expect(grown).toBeLessThan(1.5 * LIMIT)
      expect(longest).toBeLessThan(500)
    })
  }

  it('takes no more memory than another', async () => {
    const runner = await startTesting()
    await failureOf(runner.run(HARMLESS, main))
    const before = await workerMemory(runner)
    await failureOf(runner.run(LONG['a message'] ?? '', main))

    expect((await workerMemory(runner)) - before).toBeLessThan(2 * MIB)
  })

  it('says that it was cut, and how long it was', async () => {
    const runner = await start()
    const error = (await failureOf(runner.run('error(("é"):rep(1e6), 0)', main))) as Failure

    expect(error).toBeInstanceOf(LuaError)
    expect(error.message).toMatch(/^é+… \(2000000 bytes in all\)$/)
    expect(error.value).toBe(error.message)
  })

  it('is whole where it fits', async () => {
    const runner = await start()
    const text = 'x'.repeat(MESSAGE_BYTES)
    const error = (await failureOf(runner.run('error({ text = ... })', { ...main, args: [text] }))) as Failure

    expect(error.value).toEqual({ text })
    expect((await failureOf(runner.run('error(..., 0)', { ...main, args: [text] }))).message).toBe(text)
  })

  it('can be five at once alongside another run', async () => {
    const runner = await startTesting()
    const five = (code: string) => Promise.all(Array.from({ length: 5 }, () => failureOf(runner.run(code, main))))
    const before = await workerMemory(runner)
    const other = runner.run('for _ = 1, 50 do sleep(1) end return "on"', main)
    const { value: errors, longest } = await longestTask(() => five('error(("\\xff"):rep(2.8e7), 0)'))

    for (const error of errors) expect(error.message).toContain('(28000000 bytes in all)')
    expect((await other).values).toEqual(['on'])
    expect((await workerMemory(runner)) - before).toBeLessThan(5 * LIMIT + 2 * MIB)
    expect(longest).toBeLessThan(500)
  })
})

describe('what the page itself throws', () => {
  it('is bounded for the script, and whole for the page', async () => {
    const runner = await start()
    const thrown = new TypeError('ü'.repeat(1e6))
    runner.registerFunction('fail', () => {
      throw thrown
    })
    const { values } = await runner.run('local _, e = pcall(host.fail) return #e.message, e.message:sub(-30)', main)
    const error = await failureOf(runner.run('host.fail()', main))

    expect(values[0]).toBeLessThanOrEqual(MESSAGE_BYTES)
    expect(error.cause).toBe(thrown)
    expect(error.message).toMatch(/^host\.fail: TypeError: ü+… \(/)
  })
})

describe('a host function', () => {
  it('has a name of at most 256 bytes', async () => {
    const runner = await start()
    runner.registerFunction('é'.repeat(128), () => 'short enough')

    expect(() => runner.registerFunction('é'.repeat(129), () => 1)).toThrow(TypeError)
    expect((await runner.run('return host[("é"):rep(128)]()', main)).values).toEqual(['short enough'])
    expect((await runner.run('return host[("é"):rep(129)] == nil', main)).values).toEqual([true])
  })
})

describe('a path', () => {
  it('names the field by the beginning of its key', async () => {
    const runner = await start()
    const error = await failureOf(runner.run('return { items = { [("k"):rep(1000)] = print } }', main))

    expect(error).toBeInstanceOf(ValueError)
    expect((error as ValueError).path).toMatch(/^result 1\.items\.k+… \(1000 bytes in all\)$/)
  })
})
