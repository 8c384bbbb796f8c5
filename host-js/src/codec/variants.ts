/** Variants by their place on the wire, from the generated schema. */

import { containers } from '../generated/schema.js'

/** The index of a variant of an enum; -1 when it has none of that name. */
export function indexOf(type: string, variant: string): number {
  const container = containers[type]
  const variants = typeof container === 'object' && 'enum' in container ? container.enum : []
  return variants.findIndex(([name]) => name === variant)
}
