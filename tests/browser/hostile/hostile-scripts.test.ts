/** The hostile scripts of `tests/hostile`, whose README tells their form. */

import { LimitError, LuaError, type Runner, RunnerError } from 'pubwiki-lua'
import canary from '../../hostile/canary.lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import type { Case } from '../support/hostile-cases.js'
import { hostileCases } from '../support/hostile-files.js'

const main = { scriptId: 'main' }
const SECRET = 's3cret-of-the-victim'

/** What came of a script, as text in which nothing of the victim's may be. */
interface Ended {
  values?: unknown[]
  error?: unknown
  output: string
}

async function run(runner: Runner, { code, limits }: Case): Promise<Ended> {
  let output = ''
  const onOutput = (chunk: string) => void (output += chunk)
  try {
    const { values } = await runner.run(code, { ...main, limits, onOutput })
    return { values, output }
  } catch (error) {
    return { error, output }
  }
}

/** As JSON, whatever the order of the keys: Lua's tables have none. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))
      : inner,
  )
}

function check({ expected: [kind, rest] }: Case, { values, error }: Ended): void {
  if (kind === 'returns') {
    expect(error).toBe(undefined)
    expect(inOrder(values)).toBe(inOrder(JSON.parse(rest)))
  } else if (kind === 'error') {
    expect(error).toBeInstanceOf(LuaError)
    expect((error as LuaError).message).toContain(rest)
  } else if (kind === 'code') {
    expect(error).toMatchObject({ code: rest })
  } else {
    expect(error).toBeInstanceOf(LimitError)
    if (rest !== '') expect(error).toMatchObject({ limit: rest })
  }
}

function register(runner: Runner): void {
  runner.registerFunction('echo', value => value)
  runner.registerFunction('fail', () => {
    throw new RangeError('no fail')
  })
  runner.registerFunction('probe', value => {
    const polluted = 'polluted' in {} || 'polluted' in [] || 'polluted' in Object
    const foreign =
      typeof value === 'object' &&
      value !== null &&
      ![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))
    return polluted || foreign ? 'polluted' : 'clean'
  })
}

describe('a hostile script', () => {
  for (const each of hostileCases) {
    it(`of ${each.file} tries ${each.tries}`, async () => {
      const runner = await start()
      register(runner)
      for (const key of ['script.victim.secret', 'temp.secret']) await runner.state.set('victim', key, SECRET)
      const ended = await run(runner, each)

      check(each, ended)
      const { error } = ended
      const told =
        error instanceof RunnerError
          ? `${error.message} ${error.traceback} ${error instanceof LuaError ? String(JSON.stringify(error.value)) : ''}`
          : ''
      expect(`${JSON.stringify(ended.values)} ${ended.output} ${told}`).not.toContain(SECRET)
      expect((await runner.run(canary, main)).values).toEqual(['clean'])
      expect('polluted' in {}).toBe(false)
    })
  }
})
