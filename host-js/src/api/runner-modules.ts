/** The modules that scripts `require`. */

import type { Source } from '../session/lua-source.js'
import type { ModuleIndex } from '../session/module-index.js'

/**
 * A runner's modules: those that the page registers, and a cache of those that were fetched.
 * Every change holds for the runs that start after it, and for what runs under way have not
 * required yet.
 */
export class RunnerModules {
  readonly #index: ModuleIndex

  constructor(index: ModuleIndex) {
    this.#index = index
  }

  /**
   * Lets scripts `require("file://NAME")`; one of the same name is replaced. `state.lua` stays
   * State. Throws an ArgumentError for a name that is empty, and for a source that is none.
   *
   * @param name with or without `file://`
   * @param source Lua source, as for `run`
   */
  register(name: string, source: Source): void {
    this.#index.register(name, source)
  }

  /** Forgets a registered module; whether there was one. */
  remove(name: string): boolean {
    return this.#index.remove(name)
  }

  /** The names of the registered modules, without `file://`. */
  list(): string[] {
    return this.#index.list()
  }

  /** How many modules are kept: registered and fetched ones. */
  get size(): number {
    return this.#index.size
  }

  /** Forgets the fetched modules: the next `require` fetches them again. */
  clearFetched(): void {
    this.#index.clearFetched()
  }

  /** Forgets the fetched and the registered modules. */
  clear(): void {
    this.#index.clear()
  }
}
