/** What is other in Node, Deno and Bun than in a page. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  createRunner,
  IndexedDBBackend,
  LocalStorageBackend,
  MemoryBackend,
  OpfsBackend,
  type StorageBackend,
} from 'pubwiki-lua'
import { describe, expect, it } from '../browser/harness/index.js'
import { start } from '../browser/support/artifact.js'
import { failureOf } from '../browser/support/failure-of.js'
import { hangingWorker, newFolder, ran, script } from './harness/engine.js'

const main = { scriptId: 'main' }

describe('a runner without options', () => {
  it('runs the build that is best here, and keeps State in memory', async () => {
    const runner = await createRunner()
    const { values } = await runner.run('State.set("script.main.x", 1) return 1 + 1, State.get("script.main.x")', main)
    await runner.close()

    expect(values).toEqual([2, 1])
  })

  it('does not keep the process alive while it is idle', async () => {
    expect(await ran(script('visit.mjs'), [newFolder()])).toEqual({ code: 0, stdout: '1\n', stderr: '' })
  })

  if ('Deno' in globalThis) {
    it('needs no permission of Deno but to read', async () => {
      const run = ['run', '--allow-read', '--no-prompt']

      expect(await ran(script('sleep.mjs'), [], '', run)).toEqual({ code: 0, stdout: 'slept\n', stderr: '' })
    })
  }

  it('keeps the process alive while a run is in progress', async () => {
    expect(await ran(script('sleep.mjs'))).toEqual({ code: 0, stdout: 'slept\n', stderr: '' })
  })
})

describe('updates of two runners on one MemoryBackend', () => {
  it('are one after another', async () => {
    const backend = new MemoryBackend()
    const [first, second] = [await start({ backend }), await start({ backend })]
    const code = 'for _ = 1, 20 do State.update("script.main.n", function(n) return (n or 0) + 1 end) end'
    await Promise.all([first, second, first].map(runner => runner.run(code, main)))

    expect((await backend.getAll()).map(({ value }) => value)).toEqual([60])
  })
})

describe('a function of the process', () => {
  it('is called by scripts, and what it throws is an error of theirs', async () => {
    const runner = await start()
    runner.registerFunction('double', async (x: number) => x * 2)
    runner.registerFunction('fail', () => {
      throw new RangeError('no')
    })
    const { values } = await runner.run('return host.double(21), select(2, pcall(host.fail))', main)

    expect(values).toEqual([42, expect.stringContaining('RangeError: no')])
  })
})

describe('a worker that hangs', () => {
  it('is ended and replaced', async () => {
    const order = join(newFolder(), 'hang')
    const runner = await start({ workerUrl: hangingWorker(order) })
    const run = runner.run('sleep(10000)', main)
    writeFileSync(order, '')

    expect(await failureOf(run)).toMatchObject({ code: 'WORKER_REPLACED' })
    expect((await runner.run('return 1', main)).values).toEqual([1])
  })
})

describe('what an engine has not', () => {
  const local = globalThis.localStorage === undefined ? [new LocalStorageBackend()] : []
  for (const backend of [new IndexedDBBackend(), new OpfsBackend(), ...local] as StorageBackend[]) {
    it(`${backend.constructor.name} is an error that says so`, async () => {
      const failure = await failureOf(start({ backend }))

      expect(failure).toMatchObject({ code: 'STORAGE_FAILED', operation: 'init' })
      expect(failure.message).toMatch(/choose another storage backend|use .*FsBackend in Node/)
    })
  }

  it('a worker script that is not there is an error that names it', async () => {
    const failure = await failureOf(start({ workerUrl: new URL('./nowhere.js', import.meta.url) }))

    expect(failure).toMatchObject({ code: 'WORKER_FAILED' })
    expect(failure.message).toContain('nowhere.js')
  })

  it('a Node that is too old is an error that says which will do', async () => {
    const versions = process.versions
    Object.defineProperty(process, 'versions', { value: { ...versions, node: '18.20.1' } })
    try {
      const failure = await failureOf(start())

      expect(failure).toMatchObject({ code: 'WORKER_FAILED' })
      expect(failure.message).toContain('Node 18.20.1 is too old: use 20 or newer')
    } finally {
      Object.defineProperty(process, 'versions', { value: versions })
    }
  })
})

describe('a script', () => {
  it('reaches no file, by whatever URL', async () => {
    const secret = join(newFolder(), 'secret.lua')
    writeFileSync(secret, 'return "secret"')
    const runner = await start({ modulePolicy: () => ({ allow: true, http: true }) })
    for (const spec of [pathToFileURL(secret).href, secret, `https:${secret}`, `mediawiki://${secret}/Module:X`]) {
      const { values } = await runner.run('return pcall(require, ...)', { ...main, args: [spec] })

      expect(values[0]).toBe(false)
      expect(String(values[1])).not.toContain('return "secret"')
    }
  })
})
