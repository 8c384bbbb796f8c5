/** Scripts about one thing each, and the frame that measures one or a program. */

import awaits from '../scripts/awaits.lua'
import fib from '../scripts/fib.lua'
import floatLoop from '../scripts/float_loop.lua'
import format from '../scripts/format.lua'
import hostCalls from '../scripts/host_calls.lua'
import patterns from '../scripts/patterns.lua'
import type { Taken } from './benchmark.js'

/** Scripts that need nothing but Lua. */
export const compute = {
  'fib(27)': fib,
  '1e7 float additions': floatLoop,
  '1e5 string.format': format,
  'gsub and gmatch, 180 KB': patterns,
}

/** Scripts that take a host function that does nothing, and one that waits for a settled promise. */
export const host = {
  '2e4 synchronous host calls': hostCalls,
  '2e3 awaits of a settled promise': awaits,
}

/** What a script is given, as Lua expressions. */
export interface Given {
  /** A function that gives the seconds of the worker's `performance.now`. */
  clock: string
  /** A host function that does nothing, and one that waits for a settled promise. */
  host?: readonly [string, string]
}

/** In our runs. */
export const OURS: Given = { clock: 'os.clock', host: ['(__test or {}).noop', '(__test or {}).settled'] }

/** In the worker of a peer. */
export const PEER: Given = { clock: 'clock', host: ['noop', 'function() return promise():await() end'] }

/**
 * A chunk that returns the milliseconds a program took, and its result.
 *
 * The clock is read inside the script, so neither side is charged for its messages, for making
 * a Lua state or for compiling the program; a run of ours does pay for the turns it gives to
 * others. All clocks are the worker's `performance.now`: for ours `os.clock`, for a peer, whose
 * `os.clock` may count whole milliseconds, a host function.
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
