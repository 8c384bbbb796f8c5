/** Bytes that are nearly right, or not at all, by a seed. */

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A frame made of `good` by a few changes, or of chance alone. */
export function mutate(good: readonly Uint8Array[], next: () => number): Uint8Array<ArrayBuffer> {
  const below = (limit: number) => Math.floor(next() * limit)
  const chosen = good[below(good.length)]
  if (!chosen || next() < 0.1) return Uint8Array.from({ length: below(64) }, () => below(256))
  let bytes = [...chosen]
  for (let change = 1 + below(4); change > 0; change--) {
    const at = below(bytes.length + 1)
    const kind = below(6)
    if (kind === 0) bytes[at] = below(256)
    else if (kind === 1) bytes.splice(at, 1 + below(4))
    else if (kind === 2) bytes.splice(at, 0, ...Array.from({ length: 1 + below(4) }, () => below(256)))
    else if (kind === 3) bytes = bytes.slice(0, at)
    else if (kind === 4) bytes.splice(at, 0, 0xff, 0xff, 0xff, 0xff, 0x0f)
    else bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
  }
  return Uint8Array.from(bytes, byte => byte & 255)
}
