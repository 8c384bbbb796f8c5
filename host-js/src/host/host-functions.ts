/** The page's functions, which scripts call as `host.NAME(...)`. */

import type { Value } from '../generated/protocol.js'
import { toValueInTurns } from '../values.js'
import { NAME_BYTES, utf8Length } from './bounded.js'

/** A function of the page. Its promise is awaited; what it throws is an error in Lua. */
export type HostFunction<Args extends unknown[] = unknown[]> = (...args: Args) => unknown

/** The functions that a page has registered. */
export class HostFunctions {
  readonly #byName = new Map<string, HostFunction>()

  /** Registers a function; one of the same name is replaced. Throws a TypeError for anything else. */
  register(name: string, callable: HostFunction): void {
    if (typeof name !== 'string' || name === '') throw new TypeError('a host function needs a name')
    if (utf8Length(name) > NAME_BYTES) throw new TypeError(`a host function's name has at most ${NAME_BYTES} bytes of UTF-8`)
    if (typeof callable !== 'function') throw new TypeError(`the host function ${name} is not a function`)
    this.#byName.set(name, callable)
  }

  /** Calls one. Rejects with what it threw, or with a ValueError for a result that cannot cross. */
  async call(name: string, args: readonly unknown[]): Promise<Value> {
    const callable = this.#byName.get(name)
    if (!callable) throw new ReferenceError(`the page has registered no function ${name}`)
    return toValueInTurns(await callable(...args), 'value')
  }
}
