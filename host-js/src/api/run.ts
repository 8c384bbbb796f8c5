/** One execution of a script, as the page sees it. */

import { checkOptions, wrong } from '../checks/options.js'
import { execute, RUN_SETTINGS, type RunSettings, type RunStats } from '../session/execute.js'
import type { Source } from '../session/lua-source.js'
import type { Session } from '../session/session.js'

/** Options of a run. */
export interface RunOptions extends RunSettings {
  /**
   * Who the script acts as: 1 to 128 of letters, digits, `_` and `-`. Null for a script that
   * names itself, where the runner allows that.
   */
  scriptId: string | null
  /** Cancels the run when it is aborted; its reason is the CancelledError's `cause`. */
  signal?: AbortSignal | undefined
}

/** The result of a run. */
export interface RunResult<Values extends unknown[] = unknown[]> {
  /** The values that the script returned. */
  values: Values
  /** The text that it printed. */
  output: string
  /** Its time, memory and State operations. */
  stats: RunStats
}

/** A run: a promise of its result that can be cancelled. `Values` is what the page expects of its script. */
export class Run<Values extends unknown[] = unknown[]> implements Promise<RunResult<Values>> {
  readonly [Symbol.toStringTag] = 'Run'
  readonly #cancellation = new AbortController()
  readonly #result: Promise<RunResult<Values>>

  constructor(session: Session, source: Source, options: RunOptions) {
    this.#result = this.#run(session, source, options)
  }

  /** Cancels the run, which then rejects with a CancelledError. Does nothing once it has ended. */
  cancel(): void {
    this.#cancellation.abort()
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is a promise.
  then<A = RunResult<Values>, B = never>(
    onfulfilled?: ((result: RunResult<Values>) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(onfulfilled, onrejected)
  }

  catch<B = never>(onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<RunResult<Values> | B> {
    return this.#result.catch(onrejected)
  }

  finally(onfinally?: (() => void) | null): Promise<RunResult<Values>> {
    return this.#result.finally(onfinally)
  }

  async #run(session: Session, source: Source, options: RunOptions): Promise<RunResult<Values>> {
    // Pages without types forget them.
    if (options === undefined) throw wrong('options', 'a run needs them, with a scriptId at least')
    checkOptions(options, 'options', { scriptId: 'anything', signal: 'an AbortSignal', ...RUN_SETTINGS })
    const { signal } = options
    const cancel = () => this.#cancellation.abort(signal?.reason)
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel)
    try {
      const result = await execute(session, source, options.scriptId, options, this.#cancellation.signal)
      return result as RunResult<Values>
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }
}
