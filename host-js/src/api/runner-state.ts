/** State operations of the page, on behalf of scripts. */

import { checkKey, checkKeys, checkKind, checkOptions, checkWord, describe, wrong } from '../checks/options.js'
import { type Content, contentOf, type Kind } from '../client/answers.js'
import type { Client } from '../client/client.js'
import { askState, askStore } from '../client/requests.js'
import { ValueError } from '../errors/error-classes.js'
import { callBack, report } from '../errors/report.js'
import { inTurns } from '../event-loop/steps.js'
import type * as wire from '../generated/protocol.js'
import { checkScriptId, type ScriptNamespaceConfig, toDeclarations } from '../namespaces/namespace-config.js'
import type { Session } from '../session/session.js'
import { ValueDelivery } from '../session/value-delivery.js'
import type { WatchCallback } from '../session/watches.js'
import { beginExport } from '../transfer/export.js'
import { importRecords } from '../transfer/import.js'
import {
  type Blanks,
  type Bytes,
  checkSource,
  fromLines,
  type ImportSource,
  lineOf,
  type TransferOptions,
  toLines,
} from '../transfer/json-lines.js'
import { fromJsonTextInSteps, toJsonText } from '../values/json-text.js'
import type { StateRecord } from '../values/state-record.js'
import { fromWireRecordsInSteps } from '../values/wire-records.js'
import { type StateStore, StateStores } from './state-store.js'

/** Options of storing a value. */
export interface SetOptions {
  /** Milliseconds until it expires; the namespace's, or never, when absent. */
  ttl?: number | undefined
}

/** Which entries are asked for. */
export interface EntriesQuery {
  /** The prefix of their keys; all that the script may read by default. */
  prefix?: string | undefined
  /** The `next` of the page before. */
  after?: string | undefined
  /** How many at most; all by default. */
  limit?: number | undefined
  /** By key, the default, or by the time of the last update, the oldest first. */
  order?: wire.EntryOrder | undefined
}

/** One page of the entries asked for. */
export interface EntriesPage {
  /** The records, each with its key as scripts know it. */
  entries: Array<{ key: string; record: StateRecord }>
  /** Where the next page begins; absent when this is the last. */
  next?: string
}

/**
 * State, as the scripts see it. `scriptId` names who an operation acts as, and a key is
 * `namespace.rest`, such as `script.main.visits`.
 */
export class RunnerState {
  readonly #session: Session
  readonly #observed: StateStores

  constructor(session: Session) {
    this.#session = session
    this.#observed = new StateStores(session)
  }

  /** The value, or `fallback` when there is none or it has expired. */
  get<T = unknown>(scriptId: string, key: string): Promise<T | undefined>
  get<T = unknown>(scriptId: string, key: string, fallback: T): Promise<T>
  async get(scriptId: string, key: string, fallback?: unknown): Promise<unknown> {
    checkKey(key)
    const text = await this.#ask(scriptId, { Get: { key } }, 'Value')
    return text === null ? fallback : inTurns(fromJsonTextInSteps(text))
  }

  /** Stores a value; undefined deletes it. Resolves when that is durable. */
  async set(scriptId: string, key: string, value: unknown, options: SetOptions = {}): Promise<void> {
    checkKey(key)
    checkOptions(options, 'options', { ttl: 'a number' })
    if (value === undefined) {
      await this.delete(scriptId, key)
      return
    }
    await this.#ask(scriptId, { Set: { key, value: toJsonText(value, 'value'), ttl: options.ttl ?? null } }, 'Done')
  }

  /** Deletes a value; true when there was one. Resolves when that is durable. */
  async delete(scriptId: string, key: string): Promise<boolean> {
    checkKey(key)
    return this.#ask(scriptId, { Delete: { key } }, 'Deleted')
  }

  /** The keys that begin with `prefix` and that the script may read, sorted. */
  async list(scriptId: string, prefix: string): Promise<string[]> {
    checkKey(prefix, 'prefix')
    return this.#ask(scriptId, { List: { prefix } }, 'Keys')
  }

  /** The records that the query asks for and the script may read. */
  async entries(scriptId: string, query: EntriesQuery = {}): Promise<EntriesPage> {
    checkOptions(query, 'query', { prefix: 'a string', after: 'a string', limit: 'a number', order: 'anything' })
    const { prefix = '', after, limit, order = 'key' } = query
    checkWord(order, 'order', ['key', 'updated'])
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0 && limit < 2 ** 32)) {
      throw new ValueError(`limit: ${limit} is not an integer between 0 and 2^32`, { path: 'limit' })
    }
    const op = { Entries: { prefix, after: after ?? null, limit: limit ?? null, order } }
    const { entries, next } = await this.#ask(scriptId, op, 'Entries')
    const records = await inTurns(fromWireRecordsInSteps(entries.map(({ record }) => record)))
    return {
      entries: records.map((record, index) => ({ key: entries[index]?.key ?? '', record })),
      ...(next === null ? {} : { next }),
    }
  }

  /**
   * Replaces a value by what `change` makes of it, undefined to delete it: atomic over scripts
   * and tabs, whose updates wait meanwhile. `change` answers at once, and may be called again
   * when a plain write came between. Gives the new value, once it is durable.
   */
  update<T = unknown>(
    scriptId: string,
    key: string,
    change: (value: T | undefined) => T | undefined,
  ): Promise<T | undefined>
  async update(scriptId: string, key: string, change: (value: unknown) => unknown): Promise<unknown> {
    checkScriptId(scriptId)
    checkKey(key)
    checkKind(change, 'change', 'a function')
    const client = await this.#session.client()
    let update = 0
    const begin = (id: number): wire.Request => {
      update = id
      return { State: { id, script_id: scriptId, op: { Update: { key } } } }
    }
    let answer = await client.ask('State', begin)
    for (;;) {
      const changed = await apply(client, update, change, contentOf(answer, 'Update'))
      answer = await client.ask('State', id => ({ Commit: { id, update, value: changed.text } }))
      if (answer === 'Done') return changed.value
    }
  }

  /**
   * Calls `callback` whenever this key or one below it changes, by any script, page or tab; with `*` or
   * a dot at its end, whenever a key with this prefix changes. Returns a function that ends the watch. Throws a
   * PermissionError when the script may not read it.
   */
  watch<T = unknown>(scriptId: string, keyOrPrefix: string, callback: WatchCallback<T>): () => void {
    checkScriptId(scriptId)
    checkKey(keyOrPrefix, 'keyOrPrefix')
    checkKind(callback, 'callback', 'a function')
    this.#session.mirror.registry.checkWatch(scriptId, keyOrPrefix)
    const delivery = new ValueDelivery()
    let ended = false
    const unwatch = this.#session.watches.add(scriptId, keyOrPrefix, {
      changed: (text, key) =>
        delivery.deliver(text, value => {
          if (!ended) callBack(callback as WatchCallback, value, key)
        }),
    })
    this.#session.client().catch(report)
    return () => {
      ended = true
      unwatch()
    }
  }

  /**
   * A store that holds a key's value, for Svelte, React and RxJS; one and the same for each key that a
   * script sees. Throws a PermissionError when the script may not read it.
   */
  observe<T = unknown>(scriptId: string, key: string): StateStore<T>
  /** The same for a key of a script's own, `script.ID.rest`. */
  observe<T = unknown>(key: string): StateStore<T>
  observe(first: string, second?: string): StateStore {
    const key = second === undefined ? first : second
    checkKey(first, second === undefined ? 'key' : 'scriptId')
    checkKey(key)
    const scriptId = second === undefined ? /^script\.([^.]+)\../.exec(first)?.[1] : first
    if (scriptId === undefined) {
      throw wrong(
        'key',
        `${describe(first)} is not a script's own: say whose eyes see it, as in observe(scriptId, key)`,
      )
    }
    checkScriptId(scriptId)
    this.#session.mirror.registry.checkWatch(scriptId, key)
    return this.#observed.get(scriptId, key)
  }

  /**
   * Declares namespaces for a script: all of them, or none. Throws a ValueError for a
   * declaration that is invalid, and a PermissionError for a name that is reserved, another
   * script's, or shared by another under other terms.
   */
  registerNamespaces(scriptId: string, config: ScriptNamespaceConfig): void {
    checkScriptId(scriptId)
    this.#session.mirror.register(scriptId, toDeclarations(scriptId, config))
  }

  /** Takes back what a script has declared; its records stay. */
  unregisterScript(scriptId: string): void {
    checkScriptId(scriptId)
    this.#session.mirror.unregister(scriptId)
  }

  /** The namespaces that a script may use, sorted. */
  listNamespaces(scriptId: string): string[] {
    checkScriptId(scriptId)
    return this.#session.mirror.registry.all(scriptId).map(({ name }) => name)
  }

  /** Reads keys from the backend before they are needed. */
  async preload(scriptId: string, keys: readonly string[]): Promise<void> {
    checkScriptId(scriptId)
    checkKeys(keys)
    const client = await this.#session.client()
    const op = { Preload: { keys: [...keys] } }
    contentOf(await client.askInParts('State', op, id => ({ State: { id, script_id: scriptId, op } })), 'Done')
  }

  /** Resolves when every write so far has ended, and other tabs and workers on the same backend read it. */
  async flush(): Promise<void> {
    await askStore(await this.#session.client(), 'Flush', 'Done')
  }

  /** Removes what has expired; gives how many there were, once that is durable. */
  async cleanupExpired(): Promise<number> {
    return askStore(await this.#session.client(), 'CleanupExpired', 'Count')
  }

  /** Removes every record, of every script. Resolves when that is durable. */
  async clear(): Promise<void> {
    await askStore(await this.#session.client(), 'Clear', 'Done')
  }

  /** Every record, of every script, in order of keys. */
  async records(): Promise<StateRecord[]> {
    const records: StateRecord[] = []
    for await (const part of (await beginExport(this.#session)).parts) {
      for (const record of await inTurns(fromWireRecordsInSteps(part))) records.push(record)
    }
    return records
  }

  /** Every record as JSON lines, in order of keys: as they all were at one moment. */
  async export(options: TransferOptions = {}): Promise<ReadableStream<Bytes>> {
    checkOptions(options, 'options', TRANSFER)
    return toLines(await beginExport(this.#session), options)
  }

  /**
   * Stores the records of JSON lines as they are; one of a key that exists is replaced. All of
   * them are checked before the first is stored. Gives their number, once they are durable.
   *
   * Rejects with a ValueError that names the line, and with a StorageError when the backend
   * fails: none of them is stored then, as long as a page-provided backend without
   * `setMany` still lets the ones before be taken back.
   */
  async import(source: ImportSource, options: TransferOptions = {}): Promise<number> {
    checkOptions(options, 'options', TRANSFER)
    checkSource(source)
    const blanks: Blanks = []
    return importRecords(this.#session, fromLines(source, options, blanks), options, index => lineOf(index, blanks))
  }

  async #ask<K extends Kind<wire.StateAnswer>>(
    scriptId: string,
    op: wire.StateOp,
    kind: K,
  ): Promise<Content<wire.StateAnswer, K>> {
    checkScriptId(scriptId)
    return askState(await this.#session.client(), scriptId, op, kind)
  }
}

const TRANSFER = { onProgress: 'a function' } as const

/** The new value and its text. What `change` throws ends the update. */
async function apply(client: Client, update: number, change: (value: unknown) => unknown, text: string | null) {
  try {
    const value = change(text === null ? undefined : await inTurns(fromJsonTextInSteps(text)))
    return { value, text: value === undefined ? null : toJsonText(value, 'value') }
  } catch (error) {
    client.tell({ Abandon: { update } })
    throw error
  }
}
