/** Any value that crosses to Lua and comes back as it went. */

import fc from 'fast-check'

/** Any text. */
export const text = fc.string({ unit: 'binary' })
/** Any bytes that are not UTF-8. */
export const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 }).filter(bytes => {
  try {
    // What is UTF-8 comes back as a string.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return false
  } catch {
    return true
  }
})
const bigint = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .filter(value => !Number.isSafeInteger(Number(value)))

const leaf = fc.oneof(fc.boolean(), fc.integer(), fc.maxSafeInteger(), fc.double(), bigint, text, bytes)

/** Any such value; null stands within arrays and objects only. */
export const crossing = fc.letrec(tie => ({
  top: fc.oneof({ depthSize: 'small' }, leaf, tie('array'), tie('object')),
  inner: fc.oneof({ depthSize: 'small' }, fc.constant(null), leaf, tie('array'), tie('object')),
  array: fc.array(tie('inner'), { maxLength: 8 }),
  object: fc.dictionary(text, tie('inner'), { maxKeys: 8, noNullPrototype: true }),
})).top
