/** The notation of the golden vectors; `xtask/generate/src/{hex,reference}.rs` write it. */

/** What JSON lacks is an object of `$bigint`, `$bytes` or `$float`, or of `$repeat` and `times`. */
export type Notation = null | boolean | number | string | Notation[] | { [key: string]: Notation }

/** Reads hexadecimal in which a long run of one byte is `(78*1048576)`. */
export function parseHex(text: string): Uint8Array<ArrayBuffer> {
  const parts = text.match(/\([^)]*\)|[^(]+/g) ?? []
  const runs = parts.map(part => {
    const [byte = '', times] = part.replace(/[()]/g, '').split('*')
    if (times !== undefined) return new Uint8Array(Number(times)).fill(Number.parseInt(byte, 16))
    return Uint8Array.from(byte.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
  })
  const bytes = new Uint8Array(runs.reduce((length, run) => length + run.length, 0))
  let at = 0
  for (const run of runs) {
    bytes.set(run, at)
    at += run.length
  }
  return bytes
}

/** Reads a value. */
export function parseValue(value: Notation): unknown {
  if (Array.isArray(value)) return value.map(parseValue)
  if (typeof value !== 'object' || value === null) return value
  if (typeof value.$bigint === 'string') return BigInt(value.$bigint)
  if (typeof value.$bytes === 'string') return parseHex(value.$bytes)
  if (typeof value.$float === 'string') return Number(value.$float)
  if (typeof value.$repeat === 'string') return value.$repeat.repeat(Number(value.times))
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, parseValue(field)]))
}
