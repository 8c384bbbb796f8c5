/** What long work leaves of the worker and of the page for others. */

import type { Runner } from 'pubwiki-lua'

/** How the page fared while some work went on. */
export interface Watched<T> {
  /** What the work gave. */
  result: T
  /** The longest that the page was kept from anything else, in milliseconds. */
  longestTask: number
  /** How long the work took, in milliseconds. */
  took: number
}

/** How others fared. */
export interface Beside<T> extends Watched<T> {
  /** The milliseconds that a short run took, the slowest of many. */
  slowestRun: number
  /** The same in a worker that does nothing else, where one was given: what the machine itself costs. */
  slowestElsewhere: number | null
}

const SHORT = 'local s = 0 for i = 1, 1000 do s = s + i end return s, State.get("script.benign.k", 0)'

/** Does `work`, alongside which short scripts run one after the other; so they do in `elsewhere`, another worker. */
export async function beside<T>(runner: Runner, work: () => Promise<T>, elsewhere?: Runner): Promise<Beside<T>> {
  let goesOn = true
  const slowest = async (runner: Runner) => {
    // What is done for the first time only is not what is measured.
    for (let index = 0; index < 3; index++) await runner.run(SHORT, { scriptId: 'benign' })
    return async () => {
      let slowest = 0
      while (goesOn) {
        const began = performance.now()
        await runner.run(SHORT, { scriptId: 'benign' })
        slowest = Math.max(slowest, performance.now() - began)
        await new Promise(resolve => setTimeout(resolve, 5))
      }
      return slowest
    }
  }
  const runs = [await slowest(runner), ...(elsewhere ? [await slowest(elsewhere)] : [])]
  const running = Promise.all(runs.map(run => run()))
  try {
    const measured = await watched(work)
    goesOn = false
    const [slowestRun = 0, slowestElsewhere = null] = await running
    return { ...measured, slowestRun, slowestElsewhere }
  } finally {
    goesOn = false
  }
}

/** Does `work`, and looks at how the page fares. */
export async function watched<T>(work: () => Promise<T>): Promise<Watched<T>> {
  const ticker = new Ticker()
  const began = performance.now()
  try {
    const result = await work()
    return { result, longestTask: ticker.longest, took: performance.now() - began }
  } finally {
    ticker.stop()
  }
}

/** How often is looked, in milliseconds. */
const TICK_MS = 10

/** Looks at how late each of its ticks is. */
class Ticker {
  longest = 0
  #last = performance.now()
  readonly #timer = setInterval(() => {
    const now = performance.now()
    this.longest = Math.max(this.longest, now - this.#last - TICK_MS)
    this.#last = now
  }, TICK_MS)

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** What was measured, for who reads the report. */
export function told(what: string, measured: Watched<unknown> & Partial<Beside<unknown>>): void {
  const { longestTask, took, slowestRun, slowestElsewhere } = measured
  const ms = (value: number) => `${value.toFixed(0)} ms`
  const elsewhere = slowestElsewhere == null ? '' : ` (${ms(slowestElsewhere)} in an idle worker)`
  const run = slowestRun === undefined ? '' : ` a run alongside it at most ${ms(slowestRun)}${elsewhere},`
  console.info(`${what}: ${ms(took)};${run} the page's longest task ${ms(longestTask)}`)
}
