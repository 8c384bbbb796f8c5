/** Whole programs of Lua, in workers that have run nothing yet: their first runs there, and the fifth. */

import { LuaWorker, type Peer } from '../peers/lua-worker.js'
import * as ours from '../peers/ours.js'
import { framed, OURS, PEER, taken } from '../scripts.js'

/** Runs of one worker. */
const RUNS = 5
/** The milliseconds that all runs of a program may take in a peer that is very slow; each has one run at least. */
const BUDGET = 10_000
/** After so many milliseconds a run has failed. */
const LIMIT = 60_000

/** What makes a runner of ours interpret all Lua code. */
const INTERPRETED: ours.Options = { compile: false }
/** What makes it compile what is hot. */
const COMPILED: ours.Options = { compile: true }

/** What runs programs. */
interface Engine {
  name: string
  budget: number
  /** Starts a worker that has run a script without content. */
  start(): Promise<{ run(code: string): Promise<readonly unknown[]>; close(): unknown }>
  frame(source: string): string
}

/** What one engine took for a program. */
export interface Runs {
  contender: string
  /** The milliseconds of each worker's first run, and of each fifth. */
  first: number[]
  fifth: number[]
  /** What the program returned, as text. */
  check?: string
  failed?: string
}

/** A program's name and what all took for it; the first is ours. */
export interface ProgramRow {
  name: string
  contenders: Runs[]
}

/** Measures one program. */
export async function measureProgram(
  name: string,
  rounds: number,
  safepoints: boolean,
  progress: (what: string) => Promise<void>,
): Promise<ProgramRow> {
  const response = await fetch(`/programs/${name}.lua`)
  if (!response.ok) throw new Error(`programs/${name}.lua: the server answers ${response.status}`)
  const source = await response.text()
  const measured = engines(safepoints).map(engine => new Measured(engine, source))
  for (let round = 0; round < rounds; round++) {
    await progress(`programs/${name}, round ${round + 1} of ${rounds}`)
    for (const contender of round % 2 === 0 ? measured : [...measured].reverse()) await contender.round()
  }
  return { name, contenders: measured.map(({ runs }) => runs) }
}

function engines(safepoints: boolean): Engine[] {
  return [
    us('ours', 'package', COMPILED),
    us('interpreted', 'package', INTERPRETED),
    ...(safepoints ? [us('no safepoints', 'package-unmetered', {})] : []),
    peer('wasmoon', Infinity),
    peer('fengari', BUDGET),
  ]
}

function us(name: string, build: ours.Build, options: ours.Options): Engine {
  return {
    name,
    budget: Infinity,
    async start() {
      const runner = await ours.start(build, 'memory', '', options)
      return { run: code => ours.run(runner, code), close: () => runner.close() }
    },
    frame: source => framed(source, { clock: OURS.clock }),
  }
}

function peer(name: Peer, budget: number): Engine {
  return {
    name,
    budget,
    start: async () => new LuaWorker(name),
    frame: source => framed(source, { clock: PEER.clock }),
  }
}

/** An engine, and what it took for a program so far. */
class Measured {
  readonly runs: Runs
  readonly #code: string
  #left: number

  constructor(
    readonly engine: Engine,
    source: string,
  ) {
    this.runs = { contender: engine.name, first: [], fifth: [] }
    this.#code = engine.frame(source)
    this.#left = engine.budget
  }

  /** Runs the program in a new worker. */
  async round(): Promise<void> {
    if (this.runs.failed !== undefined || this.#left <= 0) return
    const worker = await this.engine.start()
    try {
      await worker.run('')
      for (let run = 1; run <= RUNS; run++) {
        const ms = await this.#once(worker.run(this.#code))
        if (run === 1) this.runs.first.push(ms)
        if (run === RUNS) this.runs.fifth.push(ms)
        this.#left -= ms
        // Another round, or what is left of this one, would take too long.
        if (this.#left < ms * (RUNS - run || RUNS)) {
          this.#left = 0
          break
        }
      }
    } catch (error) {
      this.runs.failed = String(error)
    } finally {
      await worker.close()
    }
  }

  async #once(running: Promise<readonly unknown[]>): Promise<number> {
    const { ms, check } = taken(await inTime(running))
    const got = String(check)
    this.runs.check ??= got
    if (got !== this.runs.check) throw new Error(`it returned ${this.runs.check} in one run and ${got} in another`)
    return ms
  }
}

async function inTime<T>(running: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a run takes more than ${LIMIT / 1000} s`)), LIMIT)
  })
  try {
    return await Promise.race([running, late])
  } finally {
    clearTimeout(timer)
  }
}
