/** The original package's module-level functions, on the default runner. */

import {
  DEFAULT_GLUE_PATH,
  getDefaultGluePath,
  getGluePath,
  IndexedDBBackend,
  isRunnerLoaded,
  loadRunner,
  MemoryBackend,
  resetRunnerState,
  runLua,
  StorageError,
  setGluePath,
  setStorageBackend,
} from 'pubwiki-lua'
import { afterEach, beforeEach, describe, expect, it } from '../harness/index.js'
import { start, workerUrl } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { HybridBackend } from '../support/hybrid-backend.js'
import { MyCustomBackend } from '../support/my-custom-backend.js'

const TOO_LATE = 'Cannot set storage backend after state manager has been initialized'

beforeEach(() => resetRunnerState())
afterEach(() => resetRunnerState())

describe('loadRunner', () => {
  it('uses IndexedDB by default, and is idempotent', async () => {
    const backend = new IndexedDBBackend()
    await loadRunner()
    await Promise.all([loadRunner(), loadRunner()])

    expect(backend).toBeInstanceOf(IndexedDBBackend)
    expect(isRunnerLoaded()).toBe(true)
  })

  it('is undone by resetRunnerState', async () => {
    await loadRunner()
    resetRunnerState()

    expect(isRunnerLoaded()).toBe(false)
    expect(await runLua('return 1', 'main')).toBe('1')
  })

  it("rejects with a StorageError that carries the cause when the backend's init rejects", async () => {
    const cause = new Error('Failed to connect to remote API')
    setStorageBackend(Object.assign(new MyCustomBackend(), { init: () => Promise.reject(cause) }))
    const failure = await failureOf(loadRunner())

    expect(failure).toBeInstanceOf(StorageError)
    expect(failure.cause).toBe(cause)
    expect(isRunnerLoaded()).toBe(false)
  })

  it('tries again when it failed', async () => {
    let fail = true
    const init = async () => {
      if (fail) throw new Error('not yet')
    }
    setStorageBackend(Object.assign(new MyCustomBackend(), { init }))
    await failureOf(loadRunner())
    fail = false
    await loadRunner()

    expect(await runLua('return 1', 'main')).toBe('1')
  })
})

describe('setStorageBackend', () => {
  it('uses memory, as the document shows', async () => {
    const backend = new MemoryBackend()
    setStorageBackend(backend)
    await loadRunner()

    expect(await runLua('State.set("script.main.k", 5) return State.get("script.main.k")', 'main')).toBe('5')
  })

  it("uses the document's custom backend", async () => {
    const backend = new MyCustomBackend()
    setStorageBackend(backend)
    await loadRunner()
    await runLua('State.set("script.main.k", "v")', 'main')

    expect(await backend.getAll()).toMatchObject([{ key: 'main:script.main:k', value: 'v' }])
  })

  it("uses the document's hybrid backend, whose init calls the same worker", async () => {
    const backend = new HybridBackend()
    setStorageBackend(backend)
    await loadRunner()
    await backend.clear()
    await runLua('State.set("script.main.k", "v")', 'main')

    expect(await new IndexedDBBackend().get('main:script.main:k')).toMatchObject({ value: 'v' })
    await backend.clear()
  })

  it('throws once loadRunner has begun, until the runner is reset', async () => {
    const loading = loadRunner()
    expect(() => setStorageBackend(new MemoryBackend())).toThrow(new RegExp(`^${TOO_LATE}$`))
    await loading
    expect(() => setStorageBackend(new MemoryBackend())).toThrow(new RegExp(`^${TOO_LATE}$`))
    resetRunnerState()

    setStorageBackend(new MemoryBackend())
  })

  it('throws once runLua has begun', async () => {
    const running = runLua('return 1', 'main')
    expect(() => setStorageBackend(new MemoryBackend())).toThrow(new RegExp(`^${TOO_LATE}$`))
    await running
  })
})

describe('runLua', () => {
  beforeEach(() => setStorageBackend(new MemoryBackend()))

  const texts: Array<[code: string, text: string]> = [
    ['', 'nil'],
    ['return nil', 'nil'],
    ['return true', 'true'],
    ['return 42', '42'],
    ['return 42.0', '42.0'],
    ['return 0.1', '0.1'],
    ['return 1e100', '1e+100'],
    ['return 1e15', '1e+15'],
    ['return 2^53', '9.007199254741e+15'],
    ['return 1e-5', '1e-05'],
    ['return -0.0', '-0.0'],
    ['return 100000000000000', '100000000000000'],
    ['return math.mininteger', '-9223372036854775808'],
    ['return 1/0, 2', 'inf'],
    ['return "text"', 'text'],
    [String.raw`return "\xff"`, '\ufffd'],
    ['return {1, 2.5, "x"}', '[1,2.5,"x"]'],
    ['return {a = {b = 1}}', '{"a":{"b":1}}'],
    ['print("hello")', 'hello\n\n-- return --\nnil'],
    ['io.write("hello") return 1', 'hello\n-- return --\n1'],
    ['error("boom")', 'error: main:1: boom'],
    ['error({code = 1})', 'error: '],
  ]
  for (const [code, text] of texts) {
    it(`gives ${JSON.stringify(text)} for ${code || 'an empty script'}`, async () => {
      if (text === 'error: ') expect(await runLua(code, 'main')).toMatch(/^error: /)
      else expect(await runLua(code, 'main')).toBe(text)
    })
  }

  it('writes floats as Lua does', async () => {
    const floats =
      '3.14159265358979, 1/3, 123456789012345.0, 1e14, 99999999999999.0, 1e-4, 5e-324, 2^1023, 1e21, -1.5e-7'
    const runner = await start()
    const { output } = await runner.run(`for _, x in ipairs{${floats}} do print(x) end`, { scriptId: 'main' })
    const ours = await Promise.all(floats.split(', ').map(code => runLua(`return ${code}`, 'main')))

    expect(ours).toEqual(output.trimEnd().split('\n'))
  })
})

describe('the glue path', () => {
  it("is the worker script's URL, and by default stands for the package's own", () => {
    expect(DEFAULT_GLUE_PATH).toBe('pubwiki-lua/worker.js')
    expect(getDefaultGluePath()).toBe(DEFAULT_GLUE_PATH)
    expect(getGluePath()).toBe(workerUrl)
  })

  it('can be set until the runner is loaded', async () => {
    setGluePath('/package/worker.js?other')
    expect(getGluePath()).toBe(new URL('/package/worker.js?other', location.href).href)
    await loadRunner(workerUrl)

    expect(() => setGluePath('/elsewhere.js')).toThrow(/after the runner has been loaded/)
    expect(getGluePath()).toBe(workerUrl)
    setGluePath(workerUrl)
  })
})
