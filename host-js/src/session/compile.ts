/** When functions of scripts are compiled. */

import { checkKind, checkOptions } from '../checks/options.js'
import { ValueError } from '../errors/error-classes.js'
import type * as wire from '../generated/protocol.js'
import { isWebKit } from '../spawn/web-kit.js'

/** What is meant by hot: by then a function has taken about as long as compiling it takes. */
const HEAT: wire.Heat = { threshold: 3000, watched: 2000 }

const MOST = 1_000_000

/** Whether functions are compiled, or when. */
export type CompileOption = boolean | { threshold: number; watched: number }

/** Checks the option; null for never, as in WebKit by default, which can take seconds for many functions. Throws an ArgumentError for another type, and a ValueError for a number out of range. */
export function toHeat(option: CompileOption = !isWebKit()): wire.Heat | null {
  if (typeof option === 'boolean') return option ? HEAT : null
  checkOptions(option, 'compile', { threshold: 'a number', watched: 'a number' }, 'compile.')
  for (const name of ['threshold', 'watched'] as const) {
    const value = option[name]
    checkKind(value, `compile.${name}`, 'a number')
    if (!Number.isInteger(value) || value < 1 || value > MOST) {
      throw new ValueError(`compile.${name}: ${value} is not an integer between 1 and ${MOST}`, {
        path: `compile.${name}`,
      })
    }
  }
  return { threshold: option.threshold, watched: option.watched }
}
