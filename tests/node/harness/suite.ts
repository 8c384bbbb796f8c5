/**
 * Describes and runs tests, in any engine: mocha's words, as far as our tests use them. Bun runs no bundle that has
 * mocha itself in it.
 */

/** A test that takes longer has failed. */
const TIMEOUT_MS = 20_000

type Body = () => unknown

interface Suite {
  readonly name: string
  readonly parent: Suite | null
  readonly hooks: Record<'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll', Body[]>
  readonly content: Array<Suite | Test>
}

interface Test {
  readonly name: string
  readonly body: Body
  ms: number
}

/** What is told of each test. */
export interface Listener {
  passed(name: string): void
  failed(name: string, error: unknown): void
}

const root = suite('', null)
let current = root

function suite(name: string, parent: Suite | null): Suite {
  return { name, parent, hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] }, content: [] }
}

export function describe(name: string, body: () => void): void {
  const outer = current
  current = suite(name, outer)
  outer.content.push(current)
  body()
  current = outer
}

export function it(name: string, body: Body): { timeout(ms: number): void } {
  const test = { name, body, ms: TIMEOUT_MS }
  current.content.push(test)
  return { timeout: ms => void (test.ms = ms) }
}

const hook = (kind: keyof Suite['hooks']) => (body: Body) => void current.hooks[kind].push(body)
export const beforeAll = hook('beforeAll')
export const beforeEach = hook('beforeEach')
export const afterEach = hook('afterEach')
export const afterAll = hook('afterAll')

/** Runs all that was described. */
export async function runAll(listener: Listener): Promise<void> {
  await runSuite(root, '', listener)
}

async function runSuite(running: Suite, above: string, listener: Listener): Promise<void> {
  const path = [above, running.name].filter(Boolean).join(' ')
  try {
    await inTime(running.hooks.beforeAll)
    for (const each of running.content) {
      if ('content' in each) await runSuite(each, path, listener)
      else await runTest(running, `${path} ${each.name}`.trim(), each, listener)
    }
    await inTime(running.hooks.afterAll)
  } catch (error) {
    listener.failed(`${path} (before or after all)`, error)
  }
}

async function runTest(within: Suite, name: string, { body, ms }: Test, listener: Listener): Promise<void> {
  const all: Suite[] = []
  for (let at: Suite | null = within; at; at = at.parent) all.unshift(at)
  try {
    try {
      await inTime([...all.flatMap(({ hooks }) => hooks.beforeEach), body], ms)
    } finally {
      await inTime(all.reverse().flatMap(({ hooks }) => hooks.afterEach))
    }
    listener.passed(name)
  } catch (error) {
    listener.failed(name, error)
  }
}

async function inTime(bodies: Body[], ms = TIMEOUT_MS): Promise<void> {
  for (const body of bodies) {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it takes longer than ${ms} ms`)), ms)
    })
    try {
      await Promise.race([body(), late])
    } finally {
      clearTimeout(timer)
    }
  }
}
