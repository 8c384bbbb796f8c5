/** How the worker reads IndexedDB's rows: in parts, none of which is long. */

// @ts-expect-error: what belongs to the worker's Rust has no types
import { readInParts } from '../../../worker/src/backends/indexeddb/rows.js'
import { describe, expect, it } from '../harness/index.js'

interface Row {
  key: string
  json: string
}

/** An object store with these rows, and how many were asked for each time. */
class Store {
  readonly asked: number[] = []
  readonly #rows: Row[]

  constructor(rows: Row[]) {
    this.#rows = rows
  }

  getAll(range: IDBKeyRange | undefined, count: number) {
    this.asked.push(count)
    const request = {
      result: this.#rows.filter(({ key }) => !range || range.includes(key)).slice(0, count),
      onsuccess: () => {},
    }
    queueMicrotask(() => request.onsuccess())
    return request
  }
}

const rows = (count: number, units: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ key: String(index).padStart(5, '0'), json: 'x'.repeat(units) }))

async function parts(store: Store, total: number): Promise<Row[][]> {
  const found: Row[][] = []
  await new Promise<void>(resolve => {
    readInParts(store, undefined, (part: Row[]) => {
      found.push(part)
      if (found.flat().length === total) resolve()
    })
  })
  return found
}

describe('rows', () => {
  it('that are short come many at once', async () => {
    const store = new Store(rows(5_000, 10))
    expect((await parts(store, 5_000)).flat()).toEqual(rows(5_000, 10))
    expect(store.asked.at(-1)).toBe(500)
  })

  it('that are long come few at once', async () => {
    const store = new Store(rows(100, 1 << 20))
    const found = await parts(store, 100)
    expect(found.flat().map(({ key }) => key)).toEqual(rows(100, 0).map(({ key }) => key))
    expect(Math.max(...found.slice(1).map(part => part.length))).toBeLessThan(10)
  })
})
