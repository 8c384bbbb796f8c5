/** Values across the border, both ways, whatever they are. */

import fc from 'fast-check'
import { LuaError, type Runner, ValueError } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { crossing } from '../support/crossing.js'
import { failureOf } from '../support/failure-of.js'
import { forbiddenInJs, forbiddenInLua } from '../support/forbidden.js'
import { luaSource } from '../support/lua-source.js'

const main = { scriptId: 'main' }
const RUNS = { numRuns: 200 }

/** A runner whose `host.take` keeps what it is given, and whose `host.give` answers with what is to be given. */
async function trading(): Promise<{ runner: Runner; taken(): unknown[]; give(value: unknown): void }> {
  const runner = await start()
  let taken: unknown[] = []
  let given: unknown
  runner.registerFunction('take', (...args) => {
    taken = args
  })
  runner.registerFunction('give', () => given)
  return { runner, taken: () => taken, give: value => (given = value) }
}

describe('any value of Lua that is allowed', () => {
  it('is what it should be as a result', async () => {
    const runner = await start()
    await fc.assert(
      fc.asyncProperty(luaSource, async ({ code, value }) => {
        expect((await runner.run(`return ${code}`, main)).values).toStrictEqual([value])
      }),
      RUNS,
    )
  })

  it("is what it should be as a host function's argument", async () => {
    const { runner, taken } = await trading()
    await fc.assert(
      fc.asyncProperty(fc.array(luaSource, { maxLength: 4 }), async args => {
        await runner.run(`host.take(${args.map(({ code }) => code).join(', ')})`, main)
        expect(taken()).toStrictEqual(args.map(({ value }) => value))
      }),
      RUNS,
    )
  })

  it("is what it should be as an error's value", async () => {
    const runner = await start()
    await fc.assert(
      fc.asyncProperty(luaSource, async ({ code, value }) => {
        const failure = await failureOf(runner.run(`error(${code}, 0)`, main))
        expect(failure).toBeInstanceOf(LuaError)
        expect((failure as LuaError).value).toStrictEqual(value)
      }),
      RUNS,
    )
  })
})

describe('any value of JavaScript that is allowed', () => {
  it('comes back as it was, from a host function through Lua to another', async () => {
    const { runner, taken, give } = await trading()
    await fc.assert(
      fc.asyncProperty(crossing, async value => {
        give(value)
        const { values } = await runner.run('local v = host.give() host.take(v) return v', main)
        expect([...values, ...taken()]).toStrictEqual([value, value])
      }),
      RUNS,
    )
  })

  it('comes back as it was, when it is JSON: as an argument, a stored value and text', async () => {
    const runner = await start()
    const code =
      'local v = ... State.set("script.main.v", v) return v, State.get("script.main.v"), json.decode(json.encode(v))'
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async value => {
        // At the top, null is nil.
        const expected = value ?? undefined
        const { values } = await runner.run(code, { ...main, args: [value] })
        expect(values).toStrictEqual([expected, expected, expected])
      }),
      RUNS,
    )
  })
})

describe('a value that is forbidden', () => {
  it('is named by its path as an argument of a run', async () => {
    const runner = await start()
    await fc.assert(
      fc.asyncProperty(forbiddenInJs, async ({ value, path }) => {
        const failure = await failureOf(runner.run('return 1', { ...main, args: [1, value] }))
        expect(failure).toBeInstanceOf(ValueError)
        expect(failure).toMatchObject({ path: `args[1]${path}` })
      }),
      RUNS,
    )
  })

  it("is named by its path as a host function's answer", async () => {
    const { runner, give } = await trading()
    await fc.assert(
      fc.asyncProperty(forbiddenInJs, async ({ value, path }) => {
        // A promise is awaited.
        give([value])
        const { values } = await runner.run('local ok, e = pcall(host.give) return ok, e.message', main)
        expect(values).toEqual([false, expect.stringContaining(`ValueError: value[0]${path}: `)])
      }),
      RUNS,
    )
  })

  it("is named by its path as a script's result", async () => {
    const runner = await start()
    await fc.assert(
      fc.asyncProperty(forbiddenInLua, async ({ code, path }) => {
        const failure = await failureOf(runner.run(`return 1, ${code}`, main))
        expect(failure).toBeInstanceOf(ValueError)
        expect(failure).toMatchObject({ path: `result 2${path}` })
      }),
      RUNS,
    )
  })

  it("is named by its path as a host function's argument, which is not called", async () => {
    const { runner, taken } = await trading()
    await fc.assert(
      fc.asyncProperty(forbiddenInLua, async ({ code, path }) => {
        const { values } = await runner.run(
          `local ok, e = pcall(host.take, ${code}) return ok, e.code, e.message`,
          main,
        )
        expect(values).toEqual([false, 'INVALID_VALUE', expect.stringContaining(`value${path}: `)])
        expect(taken()).toEqual([])
      }),
      RUNS,
    )
  })

  it('is named by its path when it is to be stored', async () => {
    const runner = await start()
    await fc.assert(
      fc.asyncProperty(forbiddenInLua, async ({ code, path }) => {
        const { values } = await runner.run(
          `local ok, e = pcall(State.set, "script.main.k", ${code}) return ok, e.code, e.message`,
          main,
        )
        expect(values).toEqual([false, 'INVALID_VALUE', expect.stringContaining(`${path}: `)])
      }),
      RUNS,
    )
  })
})
