/** What is measured: one benchmark, by several contenders. */

/** One side of a benchmark. */
export interface Contender {
  /** What the table calls it. */
  name: string
  /** Does what needs doing once, unmeasured; a warm-up too, where that is fair. */
  prepare?(): Promise<void>
  /** Does the work once. Resolves to the milliseconds it took, and what came of it. */
  once(): Promise<Taken>
  /** Releases what it holds. */
  close?(): Promise<void>
}

/** What a contender took for one round. */
export interface Taken {
  ms: number
  /** What the work gave; the same for every contender, or the benchmark compares apples with pears. */
  check: unknown
  /** What else it took, which is a row of its own, by the row's name. */
  also?: Record<string, number>
}

/** A benchmark; the first contender is ours. */
export interface Benchmark {
  name: string
  contenders: Contender[]
  /** After how many rounds contenders are closed and prepared again; never, if it is missing. */
  renewed?: number
}

/** A benchmark's result: each contender's milliseconds, round by round. */
export interface Row {
  name: string
  figures: Array<{ contender: string; ms: number[] }>
}

/** Measures from outside: `work` resolves to its check. */
export async function timed(work: () => Promise<unknown>): Promise<Taken> {
  const started = performance.now()
  const check = await work()
  return { ms: performance.now() - started, check }
}
