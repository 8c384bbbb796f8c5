/** Lists that cross in parts: a long one is cut before it is sent, and joined when it has come. */

import { PART_BYTES, PART_ITEMS } from '../generated/limits.js'
import type * as wire from '../generated/protocol.js'

/** A list in a message, and the kind of its parts. */
interface List {
  kind: 'Records' | 'Keys' | 'Entries' | 'Items' | 'Expired'
  holder: Record<string, unknown>
  field: string
}

type Item = string | wire.Record | wire.StateEntry | wire.LocalStorageItem | wire.ExpiredItem

/** Which variants hold lists: the field, or none where the list is all that it holds. */
const LISTS: Readonly<Record<string, ReadonlyArray<readonly [field: string | null, kind: List['kind']]>>> = {
  Import: [['records', 'Records']],
  SetMany: [['records', 'Records']],
  GetMany: [['keys', 'Keys']],
  DeleteMany: [['keys', 'Keys']],
  Transact: [
    ['records', 'Records'],
    ['removed', 'Keys'],
  ],
  Versioned: [
    ['records', 'Records'],
    ['versions', 'Keys'],
  ],
  Preload: [['keys', 'Keys']],
  Read: [['names', 'Keys']],
  Write: [
    ['items', 'Items'],
    ['removed', 'Keys'],
  ],
  RemoveExpired: [['expired', 'Expired']],
  Records: [[null, 'Records']],
  Keys: [[null, 'Keys']],
  Entries: [['entries', 'Entries']],
  LocalStorage: [[null, 'Items']],
}

/** The lists of an operation or an answer, such as `{ SetMany: { records } }`. */
function listsOf(message: unknown): List[] {
  if (typeof message !== 'object' || message === null) return []
  const holder = message as Record<string, unknown>
  const variant = Object.keys(holder)[0] ?? ''
  if (!Object.hasOwn(LISTS, variant)) return []
  return (LISTS[variant] ?? []).flatMap(([field, kind]): List[] => {
    if (field === null) return Array.isArray(holder[variant]) ? [{ kind, holder, field: variant }] : []
    return [{ kind, holder: holder[variant] as Record<string, unknown>, field }]
  })
}

function itemsOf({ holder, field }: List): Item[] {
  return holder[field] as Item[]
}

/** About the bytes that an item takes in a message. */
function bytes(item: Item): number {
  if (typeof item === 'string') return item.length + 4
  if ('record' in item) return item.key.length + bytes(item.record)
  if ('value' in item) return item.key.length + item.value.length + 32
  return item.name.length + ('text' in item ? item.text.length : 0) + 12
}

function isLong(list: List): boolean {
  const items = itemsOf(list)
  if (items.length > PART_ITEMS) return true
  let sum = 0
  for (const item of items) sum += bytes(item)
  return sum > PART_BYTES
}

/**
 * Takes the lists out of an operation or an answer if one of them is too long for a message, and gives them in
 * parts; null when none is.
 */
export function cutIntoParts(message: unknown): Generator<wire.Part> | null {
  const lists = listsOf(message)
  if (!lists.some(isLong)) return null
  const taken = lists.map(list => {
    const items = itemsOf(list)
    list.holder[list.field] = []
    return [list.kind, items] as const
  })
  return partsOf(taken)
}

function* partsOf(lists: ReadonlyArray<readonly [List['kind'], Item[]]>): Generator<wire.Part> {
  for (const [kind, items] of lists) {
    for (let from = 0; from < items.length; ) {
      let to = from
      for (let sum = 0; to < items.length && to - from < PART_ITEMS && sum < PART_BYTES; to++)
        sum += bytes(items[to] as Item)
      yield { [kind]: items.slice(from, to) } as unknown as wire.Part
      from = to
    }
  }
}

/** The parts that have come before the messages that they belong to, by the ids of those. */
export class ReceivedParts {
  readonly #parts = new Map<number, wire.Part[]>()

  add({ id, part }: { id: number; part: wire.Part }): void {
    const before = this.#parts.get(id)
    if (before) before.push(part)
    else this.#parts.set(id, [part])
  }

  /** Gives those of a message, and forgets them. */
  take(id: number): wire.Part[] {
    const parts = this.#parts.get(id) ?? []
    this.#parts.delete(id)
    return parts
  }
}

/** Puts the parts that have come before what a message has of its lists. Those of other kinds are left out. */
export function joinParts(message: unknown, parts: readonly wire.Part[]): void {
  if (parts.length === 0) return
  for (const list of listsOf(message)) {
    const all = parts.flatMap(part => (list.kind in part ? [(part as Record<string, Item[]>)[list.kind] ?? []] : []))
    list.holder[list.field] = [...all, itemsOf(list)].flat()
  }
}
