/** A page-provided backend: a Map. Its calls cross from the worker. */

/**
 * @typedef {import('pubwiki-lua').StateRecord} StateRecord
 * @typedef {import('pubwiki-lua').StorageBackend} StorageBackend
 */

/** @implements {StorageBackend} */
export class MapBackend {
  /** @type {Map<string, StateRecord>} */
  #records = new Map()

  async init() {}

  /** @param {string} key */
  async get(key) {
    return this.#records.get(key)
  }

  /** @param {StateRecord} record */
  async set(record) {
    this.#records.set(record.key, record)
  }

  /** @param {string} key */
  async delete(key) {
    this.#records.delete(key)
  }

  async getAll() {
    return [...this.#records.values()]
  }

  async clear() {
    this.#records.clear()
  }
}
