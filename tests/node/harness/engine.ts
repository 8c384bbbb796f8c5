/** Starts further processes of the engine that runs the tests. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach } from '../../browser/harness/index.js'

/** What the engine is started with to run a file. */
const RUN = 'Deno' in globalThis ? ['run', '--allow-all'] : []

/** The file `name` of `tests/node/scripts`; the bundles lie beside that folder. */
export function script(name: string): string {
  return fileURLToPath(new URL(`../scripts/${name}`, import.meta.url))
}

/** The URL of a worker that hangs when the file `order` is there, and removes that before. */
export function hangingWorker(order: string): URL {
  const url = pathToFileURL(script('hanging-worker.mjs'))
  // Deno takes no encoded slash.
  url.searchParams.set('order', Buffer.from(order).toString('hex'))
  return url
}

const started: ChildProcess[] = []
const folders: string[] = []

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder for one test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pubwiki-lua-'))
  folders.push(folder)
  return folder
}

/** A process that runs a file. */
export class Program {
  readonly child: ChildProcess
  readonly ended: Promise<number | string>
  stdout = ''
  stderr = ''
  #heard = () => {}

  constructor(file: string, args: readonly string[] = [], run: readonly string[] = RUN) {
    this.child = spawn(process.execPath, [...run, file, ...args])
    started.push(this.child)
    this.ended = once(this.child, 'close').then(([code, signal]) => code ?? signal)
    this.child.stdout?.on('data', (data: Buffer) => {
      this.stdout += data.toString()
      this.#heard()
    })
    this.child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data.toString()
    })
  }

  /** Resolves once it has printed this. Rejects when it ends before. */
  async says(text: string): Promise<void> {
    const early = this.ended.then(code => {
      throw new Error(`it ended with ${code}, having printed ${this.stdout}${this.stderr}`)
    })
    early.catch(() => undefined)
    while (!this.stdout.includes(text)) {
      await Promise.race([new Promise<void>(heard => (this.#heard = heard)), early])
    }
  }
}

/** Runs a file to its end. */
export async function ran(file: string, args: readonly string[] = [], input = '', run = RUN) {
  const program = new Program(file, args, run)
  program.child.stdin?.end(input)
  const code = await program.ended
  return { code, stdout: program.stdout, stderr: program.stderr }
}
