/** The page's functions, which scripts call as `host.NAME(...)`. */

import { checkKind, wrong } from '../checks/options.js'
import { atIndex } from '../checks/value-path.js'
import type { Client } from '../client/client.js'
import { isWellFormed } from '../codec/writer.js'
import { NAME_BYTES } from '../generated/limits.js'
import type { HostAnswer, Value } from '../generated/protocol.js'
import { utf8Length } from '../values/bounded-text.js'
import { toWireValueInTurns } from '../values/wire-value.js'
import { checkTypes, type HostFunctionTypes, luaTypes } from './lua-types.js'

/** A function of the page. Its promise is awaited; what it throws is an error in Lua. */
export type HostFunction<Args extends unknown[] = unknown[]> = (...args: Args) => unknown

/**
 * Several results of a host function, or none: `MultiReturn.of(1, 'two')`. An
 * array by itself is one result, a table.
 */
export class MultiReturn {
  private constructor(
    /** The results, in order. */
    readonly values: readonly unknown[],
  ) {}

  /** These results. */
  static of(...values: unknown[]): MultiReturn {
    return new MultiReturn(values)
  }
}

/** The functions that a page has registered. */
export class HostFunctions {
  readonly #byName = new Map<string, HostFunction>()
  readonly #types = new Map<string, HostFunctionTypes | undefined>()
  #client: Client | null = null

  /** Tells a worker which functions there are, and from now on each new one, before the runs that follow. */
  attach(client: Client): void {
    this.#client = client
    client.tell({ Functions: { names: [...this.#byName.keys()] } })
  }

  /** Registers a function; one of the same name is replaced. Throws an ArgumentError for anything else. */
  register(name: string, callable: HostFunction, types?: HostFunctionTypes): void {
    checkKind(name, 'name', 'a string')
    if (name === '') throw wrong('name', 'a host function needs one')
    if (utf8Length(name) > NAME_BYTES) throw wrong('name', `a host function's has at most ${NAME_BYTES} bytes of UTF-8`)
    checkKind(callable, 'callable', 'a function')
    if (!isWellFormed(name)) throw wrong('name', "a host function's holds no lone surrogate")
    if (types !== undefined) checkTypes(types)
    if (!this.#byName.has(name)) this.#client?.tell({ Functions: { names: [name] } })
    this.#byName.set(name, callable)
    this.#types.set(name, types)
  }

  /** Their definitions for editors of Lua. */
  luaTypes(): string {
    return luaTypes(this.#types)
  }

  /** Calls one. Rejects with what it threw, or with a ValueError for a result that cannot cross. */
  async call(name: string, args: readonly unknown[]): Promise<HostAnswer> {
    const callable = this.#byName.get(name)
    if (!callable) throw new ReferenceError(`the page has registered no function ${name}`)
    const result = await callable(...args)
    if (!(result instanceof MultiReturn)) return { Value: await toWireValueInTurns(result, 'value') }
    const values: Value[] = []
    for (const [index, value] of result.values.entries())
      values.push(await toWireValueInTurns(value, atIndex('value', index)))
    return { Values: values }
  }
}
