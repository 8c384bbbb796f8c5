/** Limits of runs. */

import { checkOptions } from '../checks/options.js'
import { ValueError } from '../errors/error-classes.js'
import type * as wire from '../generated/protocol.js'

/** Stands for no limit on the wire. */
const NONE = 2 ** 32 - 1
const LIMITS = { timeoutMs: 'a number', cpuMs: 'a number', memoryBytes: 'a number', outputBytes: 'a number' } as const

/** Limits of a run; what is absent is the runner's, or else the default. */
export interface RunLimits {
  /** Wall time in milliseconds, without time the page was suspended: 30,000 by default, and Infinity for none. */
  timeoutMs?: number | undefined
  /** Time not suspended, in milliseconds: 10,000 by default, and Infinity for none. The portable artifact allows 1,000 where it cannot give way. */
  cpuMs?: number | undefined
  /** Bytes that Lua may hold, from 1 to 2^31: 64 MiB by default. */
  memoryBytes?: number | undefined
  /** Bytes that may be printed: 1 MiB by default. */
  outputBytes?: number | undefined
}

/** Checks limits. Throws an ArgumentError for an unknown limit or another type, and a ValueError for a number out of range. */
export function toWireLimits(limits: RunLimits = {}): wire.RunLimits {
  checkOptions(limits, 'limits', LIMITS, 'limits.')
  const check = (name: keyof RunLimits, least = 0, most = 2 ** 32 - 1) => {
    const value = limits[name]
    if (value === undefined) return null
    if (value === Infinity && name.endsWith('Ms')) return NONE
    const path = `limits.${name}`
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new ValueError(`${path}: ${value} is not an integer between ${least} and 2^${Math.ceil(Math.log2(most))}`, {
        path,
      })
    }
    return value
  }
  return {
    timeoutMs: check('timeoutMs'),
    cpuMs: check('cpuMs'),
    memoryBytes: check('memoryBytes', 1, 2 ** 31),
    outputBytes: check('outputBytes'),
  }
}
