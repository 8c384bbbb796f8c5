/** README's examples, as they stand there: `cargo xtask lint` holds that each of them is here. */

import { createRunner } from 'pubwiki-lua'
import type { Runner } from 'pubwiki-lua'
import { loadRunner, runLua, setStorageBackend, MemoryBackend } from 'pubwiki-lua'
import type { StorageBackend, StateRecord } from 'pubwiki-lua'
import type { Change } from 'pubwiki-lua'
import { conformanceTests, sharedConformanceTests } from 'pubwiki-lua/testing'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { consoleOf } from '../support/console-of.js'
import { failureOf } from '../support/failure-of.js'
import { httpState } from '../support/http-state.js'

describe('README', () => {
  it('begins with a script that counts its visits, from one session to the next', async () => {
    async function visit() {
      const runner = await createRunner()
      const run = runner.run(`
        local visits = State.get("script.main.visits", 0) + 1
        State.set("script.main.visits", visits)
        print("visits: " .. visits)
        return visits
      `, { scriptId: 'main', onOutput: text => console.log(text) })

      const { values, output, stats } = await run   // [1], "visits: 1\n"; next time 2
      await runner.close()
      return { values, output, stats }
    }
    const visits: Array<Awaited<ReturnType<typeof visit>>> = []
    const said = await consoleOf('log', async () => {
      for (let time = 0; time < 2; time++) visits.push(await visit())
    })
    const [first, second] = visits
    const next = Number(first?.values[0]) + 1

    expect(second?.values).toEqual([next])
    expect(second?.output).toBe(`visits: ${next}\n`)
    expect(said.flat().join('')).toBe(`${first?.output}${second?.output}`)
    expect(second?.stats.writes).toBe(1)
  })

  it('runs a script with arguments, limits, a signal and input', async () => {
    const runner = await start()
    const run = runner.run<[number]>('local a, b = ... return a + b', {
      scriptId: 'main',                          // who the script acts as: choose it, not the script
      args: [1, 2],
      limits: { timeoutMs: 5_000 },              // over the runner's, createRunner({ limits })
      signal: AbortSignal.timeout(60_000),       // or run.cancel()
      stdin: 'what io.read reads',               // bytes, or an iterable of pieces, will do too
    })
    const { values: [sum], stats } = await run   // 3; stats.wallMs, cpuMs, peakMemoryBytes, reads, writes, ...

    expect(sum).toBe(3)
    expect(Object.keys(stats).slice(0, 5).sort()).toEqual(['cpuMs', 'peakMemoryBytes', 'reads', 'wallMs', 'writes'])
  })

  it('reads and writes State from the page', async () => {
    const runner = await start()
    await runner.state.set('main', 'script.main.name', 'Ada')
    const name = await runner.state.get<string>('main', 'script.main.name')

    expect(name).toBe('Ada')
  })

  it('observes a key for React, Svelte and RxJS', async () => {
    const runner = await start()
    const seen: unknown[] = []
    const useSyncExternalStore = (subscribe: (changed: () => void) => () => void, snapshot: () => unknown) =>
      subscribe(() => seen.push(snapshot()))
    const { observable = '@@observable' } = Symbol as { observable?: symbol | string }
    const from = (source: object) => expect(observable in source).toBe(true)
    const $visits = undefined

    const visits = runner.state.observe<number>('script.main.visits')   // another's key: observe(scriptId, key)

    useSyncExternalStore(visits.subscribe, visits.getSnapshot)          // React
    $visits                                                             // Svelte
    from(visits)                                                        // RxJS

    await runner.run('State.set("script.main.visits", 7)', { scriptId: 'main' })
    while (seen.at(-1) !== 7) await new Promise(resolve => visits.subscribe(() => resolve(null)))
    expect(visits.getSnapshot()).toBe(7)
  })

  it('runs a script as the original package did', async () => {
    const said = await consoleOf('log', async () => {
      setStorageBackend(new MemoryBackend())
      await loadRunner()
      console.log(await runLua('print("hello")', 'main'))
    })

    expect(said.flat()).toEqual(['hello\n\n-- return --\nnil'])
  })

  class MapBackend implements StorageBackend {
    private data = new Map<string, StateRecord>()
    async init() {}
    async get(key: string) { return this.data.get(key) }
    async set(record: StateRecord) { this.data.set(record.key, record) }
    async delete(key: string) { this.data.delete(key) }
    async getAll() { return [...this.data.values()] }
    async clear() { this.data.clear() }
  }

  describe('has a backend of its own that keeps what is asked of one', () => {
    for (const { name, run } of conformanceTests(() => new MapBackend())) it(name, run)
  })

  describe('has a backend that several users share', () => {
    const { fetch, EventSource } = httpState()

    class HttpBackend implements StorageBackend {
      constructor(private readonly url: string) {}
      private at = (key: string) => `${this.url}/${encodeURIComponent(key)}`
      async init() {}
      async get(key: string) {
        const answer = await fetch(this.at(key))
        return answer.ok ? { ...(await answer.json()), version: answer.headers.get('ETag') } : undefined
      }
      async set(record: StateRecord) { await fetch(this.at(record.key), { method: 'PUT', body: JSON.stringify(record) }) }
      async delete(key: string) { await fetch(this.at(key), { method: 'DELETE' }) }
      async getAll() { return (await fetch(this.url)).json() }              // each with the ETag as its `version`
      async clear() { await fetch(this.url, { method: 'DELETE' }) }
      async compareAndSet(key: string, version: string | undefined, next: StateRecord | undefined) {
        const headers: HeadersInit = version ? { 'If-Match': version } : { 'If-None-Match': '*' }
        const request = next ? { method: 'PUT', body: JSON.stringify(next) } : { method: 'DELETE' }
        const answer = await fetch(this.at(key), { ...request, headers }).catch(cause => {
          throw Object.assign(new Error('no answer', { cause }), { code: 'OUTCOME_UNKNOWN' })
        })
        if (answer.status === 412) return { ok: false as const, current: await this.get(key) }
        if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`)
        return { ok: true as const, version: answer.headers.get('ETag') ?? '' }
      }
      changes(listener: (changes: readonly Change[] | 'all') => void) {
        const events = new EventSource(`${this.url}?changes`)
        events.onmessage = ({ data }) => listener([JSON.parse(data)])       // { key, record }, record with its version
        events.onopen = () => listener('all')                               // what was missed meanwhile
        return () => events.close()
      }
    }

    let servers = 0
    const make = () => {
      const url = `server${++servers}`
      return { one: new HttpBackend(url), other: new HttpBackend(url) }
    }
    for (const { name, run } of sharedConformanceTests(make)) it(name, run)
  })

  it('calls the page', async () => {
    const [runner, real] = [await start(), globalThis.fetch]
    globalThis.fetch = async url => new Response(`the page ${String(url)}`)
    try {
      runner.registerFunction('fetchPage', async title => (await fetch(`/wiki/${title}`)).text())
      const { values } = await runner.run('return host.fetchPage("Main")', { scriptId: 'main' })
      expect(values).toEqual(['the page /wiki/Main'])
    } finally {
      globalThis.fetch = real
    }
  })

  it('describes a function of the page to those who write scripts', async () => {
    const runner = await start()
    const said = await consoleOf('log', async () => {
      runner.registerFunction('pageText', async (title: string) => (await fetch(`/wiki/${title}`)).text(), {
        description: 'The text of a page.',
        params: [{ name: 'title', type: 'string' }],
        returns: [{ type: 'string' }],
      })
      console.log(runner.luaTypes())   // what to save as host-functions.lua
    })

    const definition = '---The text of a page.\n---@param title string\n---@return string\nfunction host.pageText(title) end\n'
    expect(said).toEqual([[`---@meta\n\n${definition}`]])
  })

  it('requires modules of the page, of the web and of wikis', async () => {
    // There is no network: that a module of the web is asked for, at each place where it may be, is all there is to see.
    const asked: string[] = []
    const runner = await start({ modulePolicy: ({ spec }) => (asked.push(spec), false) })
    runner.modules.register('greet.lua', 'return function(name) return "Hello, " .. name end')
    const code = `
      local greet = require("file://greet.lua")
      local inspect = require("https://example.org/inspect.lua")
      local args = require("mediawiki://en.wikipedia.org/Module:Arguments")
    `
    const [own = '', ...others] = code.trim().split('\n')

    expect((await runner.run(`${own} return greet("you")`, { scriptId: 'main' })).values).toEqual(['Hello, you'])
    for (const other of others) expect(await failureOf(runner.run(other, { scriptId: 'main' }))).toMatchObject({ code: 'MODULE_FAILED' })
    expect([...new Set(asked)]).toEqual(['https://example.org/inspect.lua', 'mediawiki://en.wikipedia.org/Module:Arguments'])
  })

  /** What a script's `require` of this name fails with. */
  const refusal = async (runner: Runner, name: string) => {
    const failure = await failureOf(runner.run(`require(${JSON.stringify(name)})`, { scriptId: 'main' }))
    await runner.close()
    return failure.message
  }

  it('asks the page where modules may come from', async () => {
    const runner = await createRunner({
      modulePolicy: ({ url }) => new URL(url).host.endsWith('.wikipedia.org'),   // and spec, redirectedFrom
    })

    expect(await refusal(runner, 'https://example.org/inspect.lua')).toContain('https://example.org/inspect.lua')
  })

  it('asks the page what a name means', async () => {
    const runner = await createRunner({
      resolve: name => (name === 'inspect' ? 'https://example.org/lua/inspect.lua' : undefined),   // and from
    })

    expect(await refusal(runner, 'inspect')).toContain('https://example.org/lua/inspect.lua')
  })

  it('catches an error by its code', async () => {
    const runner = await start()
    const { output } = await runner.run(`
      local ok, e = pcall(State.set, "wiki.page", 1)
      if not ok and e.code == "PERMISSION_DENIED" then print("not saved: " .. e) end
    `, { scriptId: 'main' })

    expect(output).toMatch(/^not saved: .*wiki/)
  })
})
