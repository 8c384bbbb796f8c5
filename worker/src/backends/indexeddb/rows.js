// Many rows on their way to WebAssembly, at once: field by field they take as long as IndexedDB does.

/** How many rows are asked for at a time, at most. Chromium takes longer for a thousand than for twice five hundred. */
const PART = 500
/** How many are asked for first, and how long their JSON texts should be at most: none is known to be short. */
const FIRST = 32
const MOST_UNITS = 1 << 21

/**
 * Reads the rows of a range in order, and gives `take` an array of some, while the browser reads on. What
 * keeps it from going on is given to `take` in place of an array; what the transaction tells is not.
 */
export function readInParts(store, range, take) {
  const read = (part, count) => {
    const request = store.getAll(part, count)
    request.onsuccess = () => {
      let rows
      try {
        rows = request.result
        if (rows.length === count) read(behind(rows[count - 1].key, range), countAfter(rows))
      } catch (thrown) {
        rows = thrown
      }
      take(rows)
    }
  }
  read(range, FIRST)
}

/** How many rows are asked for after these. */
function countAfter(rows) {
  let units = 0
  for (const { json } of rows) units += json?.length || 0
  return units > MOST_UNITS ? Math.max(1, rows.length >> 2) : Math.min(PART, rows.length * 2)
}

/**
 * Makes the requests of a transaction in parts. `next` makes those of the next part and gives the last of them,
 * or nothing when no more are to come. The browser does one part while the next one is made.
 */
export function inParts(next) {
  const go = () => {
    const last = next()
    if (last) last.onsuccess = go
  }
  go()
  go()
}

/** Removes the rows of these keys that expire at these times. Gives an array that has the others in the end. */
export function removeExpired(store, keys, times) {
  const renewed = []
  let at = 0
  const look = (key, time, whenDone) => {
    const request = store.get(key)
    request.onsuccess = () => {
      try {
        const row = request.result
        if (row?.expiresAt === time) store.delete(key)
        else if (row) renewed.push(row)
        whenDone?.()
      } catch {
        store.transaction.abort()
      }
    }
  }
  const part = () => {
    for (const end = Math.min(at + PART, keys.length); at < end; at++) look(keys[at], times[at], at === end - 1 ? part : null)
  }
  part()
  return renewed
}

/** What of a range is behind a key; the range may be undefined, which is everything. */
function behind(key, range) {
  if (range?.upper === undefined) return IDBKeyRange.lowerBound(key, true)
  return IDBKeyRange.bound(key, range.upper, true, range.upperOpen)
}

/** The keys and JSON texts one after the other, in UTF-8; undefined where a row is none of ours. */
export function textsOf(rows) {
  let texts = ''
  for (const { key, json, createdAt, updatedAt, expiresAt = 0 } of rows) {
    if (typeof key !== 'string' || typeof json !== 'string') return
    if (typeof createdAt !== 'number' || typeof updatedAt !== 'number' || typeof expiresAt !== 'number') return
    texts += key + json
  }
  return new TextEncoder().encode(texts)
}

/** Five for each row: how many UTF-16 units its two texts have, and its times; NaN where it has none. */
export function numbersOf(rows) {
  const numbers = new Float64Array(rows.length * 5)
  let at = 0
  for (const { key, json, createdAt, updatedAt, expiresAt = NaN } of rows) {
    numbers[at++] = key.length
    numbers[at++] = json.length
    numbers[at++] = createdAt
    numbers[at++] = updatedAt
    numbers[at++] = expiresAt
  }
  return numbers
}
