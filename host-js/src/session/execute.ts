/** Executes a script in a session. */

import { checkKind, checkWord, wrong } from '../checks/options.js'
import { atIndex } from '../checks/value-path.js'
import { CancelledError, RunnerError } from '../errors/error-classes.js'
import { callBack } from '../errors/report.js'
import type * as wire from '../generated/protocol.js'
import { toWireValue } from '../values/wire-value.js'
import { type Source, toBytes } from './lua-source.js'
import { type RunLimits, toWireLimits } from './run-limits.js'
import { type InputSource, toInput } from './script-input.js'
import type { Session } from './session.js'

/** Settings of a run. */
export interface RunSettings {
  /** The source's name in messages and tracebacks, such as a file's; the script id when absent. */
  name?: string | undefined
  /** The values of `...` in the script. */
  args?: readonly unknown[] | undefined
  /** This run's limits, over the runner's. */
  limits?: RunLimits | undefined
  /** Gets what the script prints, in order, while it runs. */
  onOutput?: ((chunk: string) => void) | undefined
  /** The same as the bytes that they are: Lua strings need not be UTF-8. */
  onOutputBytes?: ((chunk: Uint8Array) => void) | undefined
  /** Gets what the script writes to `io.stderr`, warnings included; without it that is output too. */
  onStderr?: ((chunk: string) => void) | undefined
  /** The input of `io.read`; without it the input is at its end. */
  stdin?: InputSource | undefined
  /** Stay for State.watch callbacks until cancelled. */
  keepAlive?: boolean | undefined
  /** Whose names the script finds: with '5.1' those of Lua 5.1 too, such as `unpack` and `setfenv`; '5.4' when absent. */
  dialect?: keyof typeof DIALECTS | undefined
}

const DIALECTS = { '5.1': 'Lua51', '5.4': 'Lua54' } as const

/** The kinds of these settings. */
export const RUN_SETTINGS = {
  name: 'a string',
  args: 'an array',
  limits: 'anything',
  onOutput: 'a function',
  onOutputBytes: 'a function',
  onStderr: 'a function',
  stdin: 'anything',
  keepAlive: 'true or false',
  dialect: 'anything',
} as const

/** A run's time, memory and State operations. */
export type RunStats = Readonly<wire.RunStats>

/** The outcome of a script that has ended. */
export interface Outcome {
  values: unknown[]
  output: string
  stats: RunStats
}

/**
 * Runs a script; one without an id names itself. With `exact`, whole floats among its values are
 * WholeFloats. Rejects with the error that ended it, and with a CancelledError when `cancellation` is
 * aborted.
 */
export async function execute(
  session: Session,
  source: Source,
  scriptId: string | null,
  settings: RunSettings,
  cancellation: AbortSignal,
  exact = false,
): Promise<Outcome> {
  const spec = toSpec(source, scriptId, settings)
  const input = toInput(settings.stdin)
  const client = await unlessCancelled(session.client(), cancellation)
  // It may have been aborted while the worker's word was on its way here.
  if (cancellation.aborted) throw cancelled(cancellation)
  const output = new Output(settings.onOutput)
  const errors = new Output(settings.onStderr)
  const print = (chunk: Uint8Array) => {
    output.push(chunk)
    callBack(settings.onOutputBytes, chunk)
  }
  const run = client.run(
    spec,
    { output: print, errors: settings.onStderr ? chunk => errors.push(chunk) : print, input },
    exact,
  )
  const cancel = () => client.cancel(run.id)
  cancellation.addEventListener('abort', cancel)
  try {
    const { values, stats } = await run.outcome
    return { values, output: output.finish(), stats }
  } catch (error) {
    const told = error instanceof CancelledError && cancellation.aborted ? cancelled(cancellation, error) : error
    if (told instanceof RunnerError) {
      told.output = output.finish()
      if (error instanceof RunnerError && error.stats) told.stats = error.stats
    }
    throw told
  } finally {
    errors.finish()
    cancellation.removeEventListener('abort', cancel)
  }
}

/** A run's bytes as text: a character may be cut between two chunks, and bad UTF-8 is U+FFFD. */
class Output {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #listener: RunSettings['onOutput']
  readonly #parts: string[] = []

  constructor(listener: RunSettings['onOutput']) {
    this.#listener = listener
  }

  push(chunk: Uint8Array): void {
    this.#add(this.#decoder.decode(chunk, { stream: true }))
  }

  /** All of it, the last cut character included. */
  finish(): string {
    this.#add(this.#decoder.decode())
    return this.#parts.join('')
  }

  #add(text: string): void {
    if (text === '') return
    this.#parts.push(text)
    callBack(this.#listener, text)
  }
}

function toSpec(source: Source, scriptId: string | null, settings: RunSettings): wire.RunSpec {
  const { name = null, args = [], limits, keepAlive = false, dialect = '5.4' } = settings
  if (scriptId === undefined) throw wrong('scriptId', 'a run needs one, which says who the script acts as')
  if (scriptId !== null) checkKind(scriptId, 'scriptId', 'a string')
  checkWord(dialect, 'dialect', Object.keys(DIALECTS))
  return {
    scriptId,
    name,
    code: toBytes(source, 'code'),
    args: Array.from(args, (arg, index) => toWireValue(arg, atIndex('args', index))),
    limits: toWireLimits(limits),
    keepAlive,
    dialect: DIALECTS[dialect],
  }
}

/** The value of `promise`, or a rejection as soon as `cancellation` is aborted. */
async function unlessCancelled<T>(promise: Promise<T>, cancellation: AbortSignal): Promise<T> {
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled(cancellation))
    if (cancellation.aborted) stop()
    else cancellation.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    cancellation.removeEventListener('abort', stop)
  }
}

function cancelled({ reason }: AbortSignal, error = new CancelledError('the run was cancelled')): CancelledError {
  return new CancelledError(error.message, { traceback: error.traceback, cause: reason })
}
