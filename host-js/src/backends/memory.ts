import type * as wire from '../generated/protocol.js'
import { MemoryItems } from '../host/items.js'
import { BuiltInBackend } from './built-in.js'

/**
 * Keeps records in memory until the page goes: also when the runner is closed and another one
 * uses the same object, and when a worker is replaced.
 */
export class MemoryBackend extends BuiltInBackend {
  readonly choice: wire.BackendChoice
  readonly #items = new MemoryItems()

  constructor() {
    super()
    // The page keeps the items, and the worker asks for them as it does for localStorage's.
    this.choice = { LocalStorage: { prefix: this.#items.prefix } }
  }
}
