/** Limits of runs. */

import { ValueError } from '../errors.js'
import type * as wire from '../generated/protocol.js'

/** Limits of a run; what is absent is the runner's, or else the default. */
export interface RunLimits {
  /** Wall time in milliseconds, without time the page was suspended: 30,000 by default. */
  timeoutMs?: number | undefined
  /** Time not suspended, in milliseconds: 10,000 by default. */
  cpuMs?: number | undefined
  /** Bytes that Lua may hold: 64 MiB by default. */
  memoryBytes?: number | undefined
  /** Bytes that may be printed: 1 MiB by default. */
  outputBytes?: number | undefined
}

/** Checks limits. Throws a ValueError that names the wrong one. */
export function toWireLimits(limits: RunLimits = {}): wire.RunLimits {
  const check = (name: keyof RunLimits) => {
    const value = limits[name]
    if (value === undefined) return null
    const path = `limits.${name}`
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) {
      throw new ValueError(`${path}: ${value} is not an integer between 0 and 2^32`, { path })
    }
    return value
  }
  return {
    timeoutMs: check('timeoutMs'),
    cpuMs: check('cpuMs'),
    memoryBytes: check('memoryBytes'),
    outputBytes: check('outputBytes'),
  }
}
