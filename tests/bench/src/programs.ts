/** The Lua programs, and the frame that measures one. */

import awaits from '../programs/awaits.lua'
import concat from '../programs/concat.lua'
import coroutines from '../programs/coroutines.lua'
import fib from '../programs/fib.lua'
import floatLoop from '../programs/float_loop.lua'
import format from '../programs/format.lua'
import hostCalls from '../programs/host_calls.lua'
import methods from '../programs/methods.lua'
import motifs from '../programs/motifs.lua'
import patterns from '../programs/patterns.lua'
import pcallError from '../programs/pcall_error.lua'
import sort from '../programs/sort.lua'
import type { Taken } from './benchmark.js'

/** Programs that need nothing but Lua. */
export const compute = {
  'fib(27)': fib,
  '1e7 float additions': floatLoop,
  'table.concat of 2e5': concat,
  'table.sort of 2e5': sort,
  '1e5 string.format': format,
  'gsub and gmatch, 180 KB': patterns,
  'gmatch of 9 motifs, 500 KB': motifs,
  '1e6 method calls': methods,
  '2e3 pcall(error)': pcallError,
  '2e5 coroutine switches': coroutines,
}

/** Programs that take a host function that does nothing, and one that waits for a settled promise. */
export const host = {
  '2e4 synchronous host calls': hostCalls,
  '2e3 awaits of a settled promise': awaits,
}

/** What a program is given, as Lua expressions. */
export interface Given {
  /** A function that gives the seconds of the worker's `performance.now`. */
  clock: string
  /** A host function that does nothing, and one that waits for a settled promise. */
  host?: readonly [string, string]
}

/** In our runs. */
export const OURS: Given = { clock: 'os.clock', host: ['(__test or {}).noop', '(__test or {}).settled'] }

/** In wasmoon's worker. */
export const WASMOON: Given = { clock: 'clock', host: ['noop', 'function() return promise():await() end'] }

/**
 * A chunk that returns the milliseconds a program took, and its result.
 *
 * The clock is read inside the script, so neither side is charged for its messages, for making
 * a Lua state or for compiling the program; a run of ours does pay for the turns it gives to
 * others. Both clocks are the worker's `performance.now`: for ours `os.clock`, for wasmoon, whose
 * `os.clock` counts whole milliseconds, a host function.
 */
export function framed(program: string, { clock, host = ['nil', 'nil'] }: Given): string {
  return `local clock = ${clock}
local program = (function(...)
${program}
end)(${host.join(', ')})
local started = clock()
local result = program()
return (clock() - started) * 1000, result`
}

/** What such a chunk returned. */
export function taken([ms, check]: readonly unknown[]): Taken {
  if (typeof ms !== 'number') throw new Error(`a program returned ${String(ms)} in place of milliseconds`)
  return { ms, check }
}
