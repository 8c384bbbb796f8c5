/** The modules that scripts `require`. */

import type { Source } from '../session/lua-source.js'

/**
 * A runner's modules: those that the page registers, and a cache of those that were fetched.
 * Every change holds for the runs that start after it, and for what runs in progress have not
 * required yet.
 */
export interface RunnerModules {
  /**
   * Lets scripts `require("file://NAME")`; one of the same name is replaced. `state.lua` stays
   * State. Throws an ArgumentError for an empty name, and for an invalid source.
   *
   * @param name with or without `file://`
   * @param source Lua source, as for `run`
   */
  register(name: string, source: Source): void
  /** Forgets a registered module; whether there was one. */
  remove(name: string): boolean
  /** The names of the registered modules, without `file://`. */
  list(): string[]
  /** How many modules are kept: registered and fetched ones. */
  readonly size: number
  /** Forgets the fetched modules: the next `require` fetches them again. */
  clearFetched(): void
  /** Forgets the fetched and the registered modules. */
  clear(): void
}
