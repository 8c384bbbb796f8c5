/** What long work leaves of the worker and of the page for others. */

import type { Runner } from 'pubwiki-lua'

/** How others fared while some work went on. */
export interface Beside<T> {
  /** What the work gave. */
  result: T
  /** The milliseconds that a short run took, the slowest of many. */
  slowestRun: number
  /** The longest that the page was kept from anything else, in milliseconds. */
  longestTask: number
  /** How long the work took, in milliseconds. */
  took: number
}

const SHORT = 'local s = 0 for i = 1, 1000 do s = s + i end return s, State.get("script.benign.k", 0)'

/** Does `work`, beside which short scripts run one after the other. */
export async function beside<T>(runner: Runner, work: () => Promise<T>): Promise<Beside<T>> {
  // What is done for the first time only is not what is measured.
  for (let index = 0; index < 3; index++) await runner.run(SHORT, { scriptId: 'benign' })
  const ticker = new Ticker()
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
  const began = performance.now()
  const running = runs()
  try {
    const result = await work()
    const took = performance.now() - began
    goesOn = false
    await running
    return { result, slowestRun, longestTask: ticker.longest, took }
  } finally {
    goesOn = false
    ticker.stop()
  }
}

/** Looks at the time between one task of its own and the next. */
class Ticker {
  longest = 0
  readonly #channel = new MessageChannel()
  #last = performance.now()

  constructor() {
    this.#channel.port1.onmessage = () => {
      const now = performance.now()
      this.longest = Math.max(this.longest, now - this.#last)
      this.#last = now
      this.#channel.port2.postMessage(null)
    }
    this.#channel.port2.postMessage(null)
  }

  stop(): void {
    this.#channel.port1.onmessage = null
    this.#channel.port1.close()
  }
}

/** What was measured, for who reads the report. */
export function told(what: string, { slowestRun, longestTask, took }: Beside<unknown>): void {
  const ms = (value: number) => `${value.toFixed(0)} ms`
  console.info(`${what}: ${ms(took)}; a run beside it at most ${ms(slowestRun)}, the page's longest task ${ms(longestTask)}`)
}
