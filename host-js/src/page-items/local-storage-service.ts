/** Serves localStorage and memory items to the worker, which has no localStorage of its own. */

import { Pace } from '../event-loop/pace.js'
import type * as wire from '../generated/protocol.js'
import { type ItemStore, itemStoreOf } from './item-store.js'
import { isFence } from './write-fence.js'

type Found = wire.LocalStorageItem[]

/** More changed items than this are reported as a change of all. */
const MOST_TOLD = 1_000

/** Is called for a change by others: with the item's name without the prefix, or null for all. */
export type Changed = (prefix: string, name: string | null) => void

/** This page's users of items; the browser reports other pages' changes only. */
const users = new Set<LocalStorageService>()

/** The service of one worker. */
export class LocalStorageService {
  readonly #prefixes = new Set<string>()
  readonly #changed: Changed
  readonly #listener = (event: StorageEvent) => {
    if (event.storageArea === globalThis.localStorage) this.hear(event.key)
  }

  /** `changed` is called for what other pages and workers do to the items that this worker uses. */
  constructor(changed: Changed) {
    this.#changed = changed
  }

  /**
   * Does an operation, in turns with others where it is about many items. Rejects with what the browser throws; a
   * write is done whole or not at all then.
   */
  async serve(prefix: string, op: wire.LocalStorageOp): Promise<Found> {
    const items = itemStoreOf(prefix)
    this.#listen(prefix)
    if (op === 'ReadAll' || (op !== 'Clear' && 'Read' in op)) {
      // Not in the queue: others go on meanwhile.
      await items.catchUp()
      return items.queue.run(() => findInTurns(items, op === 'ReadAll' ? items.names() : op.Read.names))
    }
    if (op !== 'Clear' && 'RemoveExpired' in op) {
      await items.catchUp()
      const { expired } = op.RemoveExpired
      await items.queue.run(() => this.#removeExpired(prefix, items, expired))
      await items.settle()
      return items.queue.run(() =>
        findInTurns(
          items,
          expired.map(({ name }) => name),
        ),
      )
    }
    await items.queue.run(async () => {
      if (op !== 'Clear') return this.#write(prefix, items, op.Write)
      items.clear()
      tellOthers(prefix, null, this)
    })
    await items.settle()
    return []
  }

  /** Removes those that are as they were when they had expired. */
  async #removeExpired(prefix: string, items: ItemStore, expired: readonly wire.ExpiredItem[]): Promise<void> {
    const [pace, removed] = [items.lasts ? null : new Pace(), [] as string[]]
    for (const { name, expiresAt } of expired) {
      // Nobody has a turn in between, who might renew it.
      if (expiryOf(items.get(name)) === expiresAt) {
        items.set(name, null)
        removed.push(name)
      }
      if (pace?.isDue) await pace.turn()
    }
    tellOthersAll(prefix, removed, this)
  }

  async #write(prefix: string, items: ItemStore, op: { items: Found; removed: string[] }): Promise<void> {
    await write(items, op)
    tellOthersAll(prefix, [...op.items.map(({ name }) => name), ...op.removed], this)
  }

  /** Hears no more. */
  close(): void {
    if (users.delete(this)) removeEventListener('storage', this.#listener)
  }

  #listen(prefix: string): void {
    this.#prefixes.add(prefix)
    if (users.has(this)) return
    users.add(this)
    addEventListener('storage', this.#listener)
  }

  /** Someone else has changed this item, or all. */
  hear(item: string | null): void {
    if (item !== null && isFence(item)) return
    for (const prefix of this.#prefixes) {
      if (item === null) this.#changed(prefix, null)
      else if (item.startsWith(prefix)) this.#changed(prefix, item.slice(prefix.length))
    }
  }
}

/** Notifies this page's other users of these items, but `teller`, that one has changed, or all. */
export function tellOthers(prefix: string, name: string | null, teller?: LocalStorageService): void {
  for (const user of users) if (user !== teller) user.hear(name === null ? null : prefix + name)
}

/** The same for many items. */
export function tellOthersAll(prefix: string, names: readonly string[], teller?: LocalStorageService): void {
  // They read all then, rather than each by itself.
  if (names.length > MOST_TOLD) tellOthers(prefix, null, teller)
  else for (const name of names) tellOthers(prefix, name, teller)
}

/** When an item's record expires. An invalid record is left to the worker to refuse. */
function expiryOf(text: string | null): unknown {
  try {
    const record: unknown = JSON.parse(text ?? 'null')
    return typeof record === 'object' && record !== null && 'expiresAt' in record ? record.expiresAt : null
  } catch {
    return null
  }
}

function found(items: ItemStore, name: string): Found {
  const text = items.get(name)
  return text === null ? [] : [{ name, text }]
}

async function findInTurns(items: ItemStore, names: Iterable<string>): Promise<Found> {
  const [pace, all]: [Pace, Found] = [new Pace(), []]
  for (const name of names) {
    all.push(...found(items, name))
    if (pace.isDue) await pace.turn()
  }
  return all
}

async function write(items: ItemStore, op: { items: Found; removed: string[] }): Promise<void> {
  // What outlasts the page is written at once: it may go at any turn. There is room for a few megabytes.
  const pace = items.lasts ? null : new Pace()
  // As they were before the first change.
  const before = new Map<string, string | null>()
  const change = (name: string, text: string | null) => {
    if (!before.has(name)) before.set(name, items.get(name))
    items.set(name, text)
  }
  try {
    for (const name of op.removed) {
      change(name, null)
      if (pace?.isDue) await pace.turn()
    }
    for (const { name, text } of op.items) {
      change(name, text)
      if (pace?.isDue) await pace.turn()
    }
  } catch (error) {
    // What has become longer gives back its room before what had become shorter takes it.
    for (const name of before.keys()) items.set(name, null)
    for (const [name, text] of before) items.set(name, text)
    throw error
  }
}
