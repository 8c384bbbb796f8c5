import type { Runner } from 'pubwiki-lua'
import { failureOf } from './failure-of.js'

/** A script that stores one number after another, each acknowledged and heard of before the next. */
export class Writing {
  /** The last number that was acknowledged. */
  last = 0
  readonly #run
  #heard: (() => void) | null = null

  /** `code` stores what belongs to the number `n`. */
  constructor(runner: Runner, code = 'State.set("script.main." .. n, n)') {
    // What is printed would be heard late, several numbers at once.
    runner.registerFunction('acknowledged', number => {
      this.last = Number(number)
      this.#heard?.()
    })
    this.#run = runner.run(
      `local n = State.get("script.main.last", 0) while true do n = n + 1 ${code} State.flush() host.acknowledged(n) end`,
      { scriptId: 'main' },
    )
    // Whoever waits for more is told.
    this.#run.then(undefined, () => undefined)
  }

  /** Waits until so many more are acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.last + count
    const failed = this.#run.then(() => undefined)
    while (this.last < wanted) await Promise.race([failed, new Promise<void>(resolve => (this.#heard = resolve))])
  }

  /** The first number that was certainly written after this was called. */
  async next(runner: Runner): Promise<number> {
    // All that the worker has said before it answers is heard before it.
    await runner.state.flush()
    // One is in progress, and one may have been since.
    return this.last + 2
  }

  async stop(): Promise<void> {
    this.#run.cancel()
    await failureOf(this.#run)
  }
}
