// Many rows on their way to WebAssembly, at once: field by field they take as long as IndexedDB does.

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
