/** FsBackend: records in a folder of the file system. */

import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ArgumentError, FsBackend, StorageError } from 'pubwiki-lua'
import { conformanceTests } from 'pubwiki-lua/testing'
import { describe, expect, it } from '../browser/harness/index.js'
import { start } from '../browser/support/artifact.js'
import { failureOf } from '../browser/support/failure-of.js'
import { hangingWorker, newFolder, Program, ran, script } from './harness/engine.js'

const main = { scriptId: 'main' }
const COUNT = 'return State.update("script.main.n", function(n) return (n or 0) + 1 end)'
/** A machine's name as it is in a lock's file. */
const HOST = hostname().replace(/[^A-Za-z0-9.]/g, '_')

const locks = (folder: string) => readdirSync(folder).filter(name => name.startsWith('lock-'))

describe('an FsBackend', () => {
  for (const { name, run } of conformanceTests(() => new FsBackend({ folder: newFolder() }))) it(name, run)

  it('lasts from runner to runner, by path and by URL, and leaves the folder free', async () => {
    const folder = join(newFolder(), 'made', 'for it')
    for (const [times, name] of [folder, pathToFileURL(folder).href, folder].entries()) {
      const runner = await start({ backend: new FsBackend({ folder: name }) })
      expect((await runner.run(COUNT, main)).values).toEqual([times + 1])
      await runner.close()
    }
    // The thread's end is told a moment after it.
    await start({ backend: new FsBackend({ folder }) })
    expect(locks(folder).length).toBe(1)
  })

  it('lasts from process to process', async () => {
    const folder = newFolder()
    for (const visits of ['1\n', '2\n', '3\n']) expect((await ran(script('visit.mjs'), [folder])).stdout).toBe(visits)
  })

  it('is refused to a second runner, and to another process', async () => {
    const folder = newFolder()
    const first = await start({ backend: new FsBackend({ folder }) })
    const failure = await failureOf(start({ backend: new FsBackend({ folder }) }))
    const other = await ran(script('visit.mjs'), [folder])

    expect(failure).toBeInstanceOf(StorageError)
    expect(failure).toMatchObject({ code: 'STORAGE_FAILED', backend: 'fs', operation: 'init' })
    expect(failure.message).toMatch(/in the file system: .*another runner or process has the folder open/)
    expect(other.code).not.toBe(0)
    expect(other.stderr).toContain('another runner or process has the folder open')
    expect((await first.run(COUNT, main)).values).toEqual([1])
  })

  it('is taken over from a process that was killed', async () => {
    const folder = newFolder()
    const holder = new Program(script('hold.mjs'), [folder])
    await holder.says('held')
    holder.child.kill('SIGKILL')
    await holder.ended
    const runner = await start({ backend: new FsBackend({ folder }) })

    expect((await runner.run(COUNT, main)).values).toEqual([1])
    expect(locks(folder).length).toBe(1)
  })

  it('goes on in the worker that replaces one that hangs', async () => {
    const folder = newFolder()
    const order = join(newFolder(), 'hang')
    const runner = await start({ backend: new FsBackend({ folder }), workerUrl: hangingWorker(order) })
    await runner.run(COUNT, main)
    const run = runner.run('sleep(10000)', main)
    writeFileSync(order, '')
    await failureOf(run)

    expect((await runner.run(COUNT, main)).values).toEqual([2])
  })
})

describe('the lock of a folder', () => {
  const old = () => new Date(Date.now() - 60_000)

  it('counts no more when its process has ended, or its number is another process by now', async () => {
    for (const dead of [
      `lock-${HOST}-4194305-1-1`,
      ...(process.platform === 'linux' ? [`lock-${HOST}-${process.pid}-1-1`] : []),
    ]) {
      const folder = newFolder()
      writeFileSync(join(folder, dead), '.')
      const runner = await start({ backend: new FsBackend({ folder }) })
      await runner.run(COUNT, main)

      expect(locks(folder)).not.toContain(dead)
    }
  })

  it('of another machine counts as long as it is touched', async () => {
    const folder = newFolder()
    const other = join(folder, 'lock-elsewhere-1-1-1')
    writeFileSync(other, '.')
    expect((await failureOf(start({ backend: new FsBackend({ folder }) }))).message).toContain(other)

    utimesSync(other, old(), old())
    await start({ backend: new FsBackend({ folder }) })
    expect(locks(folder).length).toBe(1)
  })

  it('is taken by one of many that try at once', async () => {
    const folder = newFolder()
    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, () => start({ backend: new FsBackend({ folder }) })),
    )

    expect(tries.filter(({ status }) => status === 'fulfilled').length).toBe(1)
  })
})

describe('a folder that cannot be used', () => {
  it('is an error that says why', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    mkdirSync(`${file}s`)
    for (const folder of [file, join(file, 'below'), '/proc/nothing']) {
      const failure = await failureOf(start({ backend: new FsBackend({ folder }) }))

      expect(failure).toMatchObject({ code: 'STORAGE_FAILED', backend: 'fs' })
      expect(failure.message).toMatch(/init failed in the file system: .*E[A-Z]+/)
    }
  })

  it('is an error when there is none', () => {
    for (const options of ['{}', '{"folder":7}', 'null', '{"path":"x"}']) {
      expect(() => new FsBackend(JSON.parse(options))).toThrow(ArgumentError)
    }
  })
})
