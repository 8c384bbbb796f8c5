/** Runs a script for the command line. */

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  createRunner,
  ExitError,
  FsBackend,
  LimitError,
  type Run,
  type Runner,
  RunnerError,
  ValueError,
} from 'pubwiki-lua'
import type { RunCommand } from './arguments.js'

/** The exit codes of a script that fails, and of one that cannot be run or that a limit ends. */
const FAILED = 1
export const UNUSABLE = 2

/** The signals by which one ends a command, and their exit codes as shells have them. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

/** Runs it, and gives the exit code. */
export async function run(command: RunCommand): Promise<number> {
  let runner: Runner | null = null
  try {
    const code = await read(command.file)
    const modules = await Promise.all(command.modules.map(async ([name, file]) => [name, await read(file)] as const))
    runner = await createRunner({
      backend: command.state === undefined ? undefined : new FsBackend({ folder: command.state }),
      onNotice: ({ message }) => console.error(`notice: ${message}`),
    })
    for (const [name, source] of modules) runner.modules.register(name, source)
    return await follow(
      runner.run(code, {
        scriptId: command.scriptId,
        name: basename(command.file),
        args: command.args,
        limits: command.limits,
        stdin: stdin(),
        onOutputBytes: chunk => process.stdout.write(chunk),
        onStderr: text => process.stderr.write(text),
      }),
    )
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
    return UNUSABLE
  } finally {
    await runner?.close()
    // What nobody reads any more would keep the process.
    if (reading) process.stdin.destroy()
  }
}

/** Waits for its end, and says how it failed. */
async function follow(running: Run): Promise<number> {
  let ended: number | null = null
  const end = (code: number) => {
    ended ??= code
    running.cancel()
  }
  const listeners = Object.entries(SIGNALS).map(([signal, code]) => [signal, () => end(code)] as const)
  for (const [signal, listener] of listeners) process.on(signal, listener)
  // Nobody reads on, as with `| head`: the script need not go on either.
  process.stdout.on('error', () => end(FAILED))
  try {
    await running
    return 0
  } catch (error) {
    return ended ?? report(error)
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}

function report(error: unknown): number {
  // What a script returns is not shown: that it cannot cross, such as a module's table of functions, is no failure.
  if (error instanceof ValueError && /^result \d/.test(error.path)) return 0
  if (error instanceof ExitError) return error.exitCode & 0xff
  console.error(error instanceof Error ? error.message : String(error))
  if (error instanceof RunnerError && error.traceback) console.error(error.traceback.trimEnd())
  return error instanceof LimitError ? UNUSABLE : FAILED
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`)
  }
}

let reading = false

/** What the process is given, from when the script first asks for it. */
async function* stdin(): AsyncGenerator<Uint8Array> {
  reading = true
  yield* process.stdin
}
