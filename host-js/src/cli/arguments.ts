/** What the command line says. */

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { RunLimits } from 'pubwiki-lua'

/** What `--help` prints. */
export const HELP = `Runs a Lua script as pubwiki-lua runs it in a page.

usage: pubwiki-lua run FILE.lua [OPTIONS] [-- ARGS]

  --state FOLDER      keeps State there; without it State goes with the process
  --script-id ID      who the script acts as; main by default
  --module NAME=FILE  a module that the script requires as file://NAME; may be given several times
  --timeout-ms N      how long the run may take; 30000 by default
  --cpu-ms N          how long it may compute; 10000 by default
  --memory-mb N       what its Lua may take, in MiB; 64 by default
  --output-mb N       what it may print, in MiB; 1 by default
  -- ARGS             what the script gets as ..., as strings
  --help, --version

The script prints to stdout and stderr, and reads stdin. The exit code is os.exit's, 1 when it fails, 2 when a
limit ends it or the command line is wrong.`

/** The command line cannot be carried out. */
export class UsageError extends Error {}

/** To run a script. */
export interface RunCommand {
  readonly kind: 'run'
  readonly file: string
  readonly args: readonly string[]
  readonly scriptId: string
  /** The folder of State, if it is to last. */
  readonly state: string | undefined
  /** Names of modules, and their files. */
  readonly modules: ReadonlyArray<readonly [name: string, file: string]>
  readonly limits: RunLimits
}

/** What to do. */
export type Command = RunCommand | { readonly kind: 'help' } | { readonly kind: 'version'; readonly version: string }

const OPTIONS = {
  state: { type: 'string' },
  'script-id': { type: 'string', default: 'main' },
  module: { type: 'string', multiple: true, default: [] as string[] },
  'timeout-ms': { type: 'string' },
  'cpu-ms': { type: 'string' },
  'memory-mb': { type: 'string' },
  'output-mb': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** Bytes of a MiB. */
const MIB = 2 ** 20

/** Throws a UsageError that says what is wrong. */
export function parseCommand(line: string[]): Command {
  const end = line.indexOf('--')
  const [own, args] = end < 0 ? [line, []] : [line.slice(0, end), line.slice(end + 1)]
  const { values, positionals } = parse(own)
  if (values.help) return { kind: 'help' }
  if (values.version) return { kind: 'version', version: ownVersion() }
  const [verb, file, ...more] = positionals
  if (verb !== 'run')
    throw new UsageError(
      verb === undefined ? 'a command is needed, such as run' : `there is no command ${verb}, only run`,
    )
  if (file === undefined) throw new UsageError('run needs a file')
  if (more.length > 0) throw new UsageError(`run takes one file, and what the script gets behind --, not ${more[0]}`)
  return {
    kind: 'run',
    file,
    args,
    scriptId: values['script-id'],
    state: values.state,
    modules: values.module.map(toModule),
    limits: {
      timeoutMs: toNumber('timeout-ms', values['timeout-ms'], 1),
      cpuMs: toNumber('cpu-ms', values['cpu-ms'], 1),
      memoryBytes: toNumber('memory-mb', values['memory-mb'], MIB),
      outputBytes: toNumber('output-mb', values['output-mb'], MIB),
    },
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    // What follows the first sentence speaks of what is no option of ours.
    throw new UsageError(String((error as Error).message).split(/\. |\n/)[0] ?? '')
  }
}

function toNumber(name: string, text: string | undefined, unit: number): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new UsageError(`--${name} takes a whole number from 1, not ${text}`)
  return Number(text) * unit
}

function toModule(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--module takes NAME=FILE, not ${text}`)
  return [text.slice(0, at), text.slice(at + 1)]
}

function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')).version
}
