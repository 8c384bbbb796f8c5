/** `require` in the real worker, over real HTTP. */

import {
  clearModuleCache,
  clearRemoteModuleCache,
  getModuleCacheSize,
  LuaError,
  listFileModules,
  MemoryBackend,
  ModuleError,
  type ModuleRequest,
  registerFileModule,
  removeFileModule,
  resetRunnerState,
  runLua,
  setStorageBackend,
  uploadFileModule,
} from 'pubwiki-lua'
import { afterEach, describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

/** Host and port of a server of another origin. */
const web = new URLSearchParams(location.search).get('web') ?? ''
const scriptId = 'main'

describe('a registered module', () => {
  it('is found by its name, with or without the scheme, as text or bytes', async () => {
    const runner = await start()
    runner.modules.register('a.lua', 'return "text " .. ...')
    runner.modules.register('file://b.lua', new TextEncoder().encode('return "bytes"'))
    expect(runner.modules.list()).toEqual(['a.lua', 'b.lua'])
    const { values } = await runner.run('return (require "file://a.lua"), (require "file://b.lua")', { scriptId })
    expect(values).toEqual(['text file://a.lua', 'bytes'])
    expect(runner.modules.size).toBe(2)
    expect(runner.modules.remove('a.lua')).toBe(true)
    expect(runner.modules.remove('a.lua')).toBe(false)
    expect(await failureOf(runner.run('require "file://a.lua"', { scriptId }))).toBeInstanceOf(ModuleError)
  })

  it('may wait while it loads', async () => {
    const runner = await start()
    runner.registerFunction('later', async (text: unknown) => text)
    runner.modules.register('m', 'return host.later("waited")')
    const { values } = await runner.run('return (require "file://m"), (pcall(require, "file://m"))', { scriptId })
    expect(values).toEqual(['waited', true])
  })

  it('that requires itself gets an error that names the cycle', async () => {
    const runner = await start()
    runner.modules.register('a', 'return require("file://b")')
    runner.modules.register('b', 'return require("file://a")')
    const error = await failureOf(runner.run('require "file://a"', { scriptId }))
    expect(error.message).toBe("module 'file://a' requires itself: file://a -> file://b -> file://a")
  })

  it('needs a name and a source', async () => {
    const runner = await start()
    expect(() => runner.modules.register('', 'x')).toThrow(TypeError)
    expect(() => runner.modules.register('x', '\ud800')).toThrow('source: ')
    expect(runner.modules.list()).toEqual([])
  })
})

describe('a module of the web', () => {
  it('is fetched once by runs at the same time, and again when the cache is cleared', async () => {
    const runner = await start()
    const code = `return (require "http://${web}/slow.lua")`
    const ask = async () => (await runner.run(code, { scriptId })).values[0]
    const first = await Promise.all(Array.from({ length: 5 }, ask))
    expect(new Set(first).size).toBe(1)
    expect(await ask()).toBe(first[0])
    expect(runner.modules.size).toBe(1)
    runner.modules.clearFetched()
    expect(runner.modules.size).toBe(0)
    expect(await ask()).toBe(Number(first[0]) + 1)
  })

  it('is named with its line in a traceback', async () => {
    const runner = await start()
    const error = await failureOf(runner.run(`require("http://${web}/plain.lua").fail()`, { scriptId }))
    expect(error).toBeInstanceOf(LuaError)
    expect(error.message).toBe(`http://${web}/plain.lua:2: oops`)
    expect(error instanceof LuaError && error.traceback).toContain(`http://${web}/plain.lua:2: in`)
  })

  it('that fails is tried again by the next require', async () => {
    const runner = await start()
    const code = `local ok, e = pcall(require, "http://${web}/flaky.lua") return ok, ok and e or e.message`
    const { values } = await runner.run(code, { scriptId })
    expect(values[0]).toBe(false)
    expect(values[1]).toContain('answers with status 503')
    expect((await runner.run(code, { scriptId })).values).toEqual([true, 'up again'])
  })

  it('is refused when it is missing or too large, and cancelled with its run', async () => {
    const runner = await start()
    const failure = async (path: string) => {
      const error = await failureOf(runner.run(`require "http://${web}${path}"`, { scriptId }))
      expect(error).toBeInstanceOf(ModuleError)
      return error.message
    }
    expect(await failure('/nowhere.lua')).toContain('answers with status 404')
    expect(await failure('/large.lua')).toContain('larger than 4194304 bytes')
    const run = runner.run(`require "http://${web}/never.lua"`, { scriptId })
    setTimeout(() => run.cancel(), 100)
    expect(await failureOf(run)).toMatchObject({ code: 'CANCELLED' })
  })
})

describe('the module policy', () => {
  it('by default refuses http except from this machine, and a redirect is followed within it', async () => {
    const runner = await start()
    const moved = await runner.run(`return require("http://${web}/moved.lua").name`, { scriptId })
    expect(moved.values).toEqual([`http://${web}/moved.lua`])
    const error = await failureOf(runner.run('require "http://example.com/m.lua"', { scriptId }))
    expect(error.message).toContain("the page's module policy does not allow http://example.com/m.lua")
  })

  it('of the page is asked for what is fetched and for where a redirect led', async () => {
    const asked: ModuleRequest[] = []
    const runner = await start({
      modulePolicy: async request => {
        asked.push(request)
        return new URL(request.url).host === web
      },
    })
    const spec = `http://${web}/elsewhere.lua`
    const error = await failureOf(runner.run(`require "${spec}"`, { scriptId }))
    const led = spec.replace('127.0.0.1', 'localhost').replace('elsewhere', 'plain')
    expect(error).toBeInstanceOf(ModuleError)
    expect(error.message).toContain(`leads to ${led}`)
    expect(asked).toEqual([
      { spec, url: spec, redirectedFrom: undefined },
      { spec, url: led, redirectedFrom: spec },
    ])
  })

  it('may forbid redirects, and what it throws reaches the script', async () => {
    const strict = await start({ modulePolicy: () => ({ allow: true, redirects: false }) })
    const error = await failureOf(strict.run(`require "http://${web}/moved.lua"`, { scriptId }))
    expect(error.message).toContain('allows no redirects')
    const broken = await start({
      modulePolicy: () => {
        throw new RangeError('no idea')
      },
    })
    expect((await failureOf(broken.run(`require "http://${web}/plain.lua"`, { scriptId }))).message).toContain(
      'RangeError: no idea',
    )
  })
})

describe('names without a scheme', () => {
  it('mean what the page says, in a module too, and what it throws reaches the script', async () => {
    const asked: [string, string | undefined][] = []
    const runner = await start({
      resolve: async (name, from) => {
        asked.push([name, from])
        if (name === 'broken') throw new RangeError('no idea')
        return name === 'plain' ? `http://${web}/plain.lua` : undefined
      },
    })
    runner.modules.register('main.lua', 'return require "plain"')
    const { values } = await runner.run('return require("file://main.lua") == require("plain")', {
      scriptId,
      name: 'wiki',
    })
    expect(values).toEqual([true])
    expect(asked).toEqual([['plain', 'file://main.lua']])
    const error = await failureOf(runner.run('require "broken"', { scriptId }))
    expect(error).toBeInstanceOf(ModuleError)
    expect(error.message).toContain("the page's resolve failed: RangeError: no idea")
    expect((await failureOf(runner.run('require "unknown"', { scriptId }))).message).toContain(
      "'unknown' names no place",
    )
  })

  it('are refused when the page gives an invalid spec', async () => {
    for (const answer of [5, {}, 'other']) {
      const runner = await start({ resolve: () => answer as string })
      expect(await failureOf(runner.run('require "name"', { scriptId }))).toMatchObject({ code: 'MODULE_FAILED' })
    }
  })

  it('that are relative are next to the module', async () => {
    const runner = await start()
    runner.modules.register('lib/main.lua', 'return require "../part.lua"')
    runner.modules.register('part.lua', 'return (...)')
    expect((await runner.run('return (require "file://lib/main.lua")', { scriptId })).values).toEqual([
      'file://part.lua',
    ])
  })
})

describe("a wiki's module", () => {
  it('comes from its API, with what it requires of the same wiki', async () => {
    const runner = await start()
    const { values } = await runner.run(`return (require "mediawiki://${web}/Module:Main")`, { scriptId })
    expect(values).toEqual([`helped mediawiki://${web}/Module:Main`])
    expect(runner.modules.size).toBe(2)
  })

  it('comes from older wikis and through redirects too', async () => {
    const runner = await start()
    const old = await runner.run(`return (require "mediawiki://${web}/old/Module:Main")`, { scriptId })
    expect(old.values).toEqual([`helped mediawiki://${web}/old/Module:Main`])
    const renamed = await runner.run(`return (require "mediawiki://${web}/w/Module:Renamed")`, { scriptId })
    expect(renamed.values).toEqual(['the new place'])
  })

  it('fails with what the wiki says', async () => {
    const runner = await start()
    const failure = async (page: string) =>
      (await failureOf(runner.run(`require "mediawiki://${web}/w/${page}"`, { scriptId }))).message
    expect(await failure('Module:Missing')).toContain("the wiki has no page 'Module:Missing'")
    expect(await failure('Module:Busy')).toContain("ratelimited: You've exceeded your rate limit.")
    expect(await failure('Module:Broken')).toContain(`Module:Broken:2: broken page`)
  })

  it('is reached by http where the policy says so', async () => {
    const urls: string[] = []
    const runner = await start({
      modulePolicy: ({ url }) => {
        urls.push(new URL(url).protocol)
        return { allow: true, http: true }
      },
    })
    expect((await runner.run(`return (require "mediawiki://${web}/w/Module:Renamed")`, { scriptId })).values).toEqual([
      'the new place',
    ])
    expect(urls).toEqual(['https:'])
  })
})

describe("the original package's module functions", () => {
  afterEach(resetRunnerState)

  it('work before the runner is loaded and after, at once', async () => {
    registerFileModule('Module:Hi', 'return "hi"')
    setStorageBackend(new MemoryBackend())
    uploadFileModule('file://b', 'return "b"')
    expect(listFileModules()).toEqual(['Module:Hi', 'b'])
    expect(await runLua('return (require "file://Module:Hi")', scriptId)).toBe('hi')
    expect(await runLua(`return require("http://${web}/plain.lua").name`, scriptId)).toBe(`http://${web}/plain.lua`)
    expect(getModuleCacheSize()).toBe(3)
    clearRemoteModuleCache()
    expect(getModuleCacheSize()).toBe(2)
    removeFileModule('b')
    expect(await runLua('return (require "file://b")', scriptId)).toMatch(/^error: module 'file:\/\/b' not found/)
    clearModuleCache()
    expect(listFileModules()).toEqual([])
    expect(getModuleCacheSize()).toBe(0)
  })
})
