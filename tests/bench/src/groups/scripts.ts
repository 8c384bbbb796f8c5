/** Scripts about one thing each compared with wasmoon: a worker each, renewed at times and warmed up by an unmeasured run. */

import type { Benchmark, Contender } from '../benchmark.js'
import { LuaWorker } from '../peers/lua-worker.js'
import * as ours from '../peers/ours.js'
import { compute, framed, host, OURS, PEER, taken } from '../scripts.js'

/** Rounds of one worker: V8 compiles the VM another way in each, by several percent. */
const RENEWED = 5

/** Scripts that need nothing but Lua, in the package that is shipped; compared with one without safepoints too. */
export function computing(safepoints: boolean): Benchmark[] {
  return Object.entries(compute).map(([name, program]) => ({
    name,
    renewed: RENEWED,
    contenders: [
      us('package', framed(program, OURS)),
      wasmoon(framed(program, PEER)),
      ...(safepoints ? [{ ...us('package-unmetered', framed(program, OURS)), name: 'ours without safepoints' }] : []),
    ],
  }))
}

/**
 * Scripts that call the host inside the worker. Ours has such functions only in the testing
 * build (a page's own functions are across a message); wasmoon awaits by a method of the promise.
 */
export function calling(): Benchmark[] {
  return Object.entries(host).map(([name, program]) => ({
    name,
    renewed: RENEWED,
    contenders: [us('package-testing', framed(program, OURS)), wasmoon(framed(program, PEER))],
  }))
}

function us(build: ours.Build, code: string): Contender {
  let runner: ours.Runner
  const once = async () => taken(await ours.run(runner, code))
  return {
    name: 'ours',
    async prepare() {
      runner = await ours.start(build, 'memory')
      await once()
    },
    once,
    close: () => runner.close(),
  }
}

function wasmoon(code: string): Contender {
  let peer: LuaWorker
  const once = async () => taken(await peer.run(code))
  return {
    name: 'wasmoon',
    async prepare() {
      peer = new LuaWorker('wasmoon')
      await once()
    },
    once,
    async close() {
      peer.close()
    },
  }
}
