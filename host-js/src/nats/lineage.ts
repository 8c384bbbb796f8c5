/**
 * Which writes a record descends from: it tells whether a write whose answer was lost was done, however much was written
 * since. A record of `compareAndSet` has the number of each writer's last write among its ancestors, and the version
 * from which on they are complete.
 */

/** The header that has it: `42 aB3:7 x9Q:3` for two writers, complete since version 42. */
export const LINEAGE = 'Pwl-Lineage'

/** How many writers are named. */
const MOST = 32

/** A write: who makes it, that one's how manieth it is, and which version it is to replace. */
export interface Sent {
  writer: string
  number: number
  replaced: number
}

/** The lineage of a write, where that of what it replaces is `before`; undefined where that is not known, or has none. */
export function descend({ writer, number, replaced }: Sent, before: string | undefined): string {
  const known = parse(before)
  const writers = [...(known?.writers ?? [])].filter(([other]) => other !== writer)
  const kept = writers.slice(0, MOST - 1)
  const since = known && kept.length === writers.length ? known.since : replaced
  return [since, `${writer}:${number}`, ...kept.map(([other, last]) => `${other}:${last}`)].join(' ')
}

/** Whether the write was done, of which `lineage` is that of what is there now; undefined where it cannot tell. */
export function wasDone(lineage: string | undefined, { writer, number, replaced }: Sent): boolean | undefined {
  const known = parse(lineage)
  if (!known) return undefined
  if ((known.writers.get(writer) ?? -1) >= number) return true
  return known.since <= replaced ? false : undefined
}

function parse(lineage: string | undefined): { since: number; writers: Map<string, number> } | undefined {
  if (!lineage) return undefined
  const [since, ...writers] = lineage.split(' ')
  return {
    since: Number(since),
    writers: new Map(writers.map(each => each.split(':')).map(([writer = '', number]) => [writer, Number(number)])),
  }
}
