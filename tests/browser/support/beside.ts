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
}

const SHORT = 'local s = 0 for i = 1, 1000 do s = s + i end return s, State.get("script.benign.k", 0)'

/** Does `work`, beside which short scripts run one after the other. */
export async function beside<T>(runner: Runner, work: () => Promise<T>): Promise<Beside<T>> {
  // What is done for the first time only is not what is measured.
  for (let index = 0; index < 3; index++) await runner.run(SHORT, { scriptId: 'benign' })
  let goesOn = true
  let slowestRun = 0
  const runs = async () => {
    while (goesOn) {
      const began = performance.now()
      await runner.run(SHORT, { scriptId: 'benign' })
      slowestRun = Math.max(slowestRun, performance.now() - began)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }
  const running = runs()
  try {
    const measured = await watched(work)
    goesOn = false
    await running
    return { ...measured, slowestRun }
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
export function told(what: string, { longestTask, took, slowestRun }: Watched<unknown> & { slowestRun?: number }): void {
  const ms = (value: number) => `${value.toFixed(0)} ms`
  const run = slowestRun === undefined ? '' : ` a run beside it at most ${ms(slowestRun)},`
  console.info(`${what}: ${ms(took)};${run} the page's longest task ${ms(longestTask)}`)
}
