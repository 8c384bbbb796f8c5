/** Rounds in alternating order, so that neither side always has the warmer or busier machine. */

import type { Benchmark, Contender, Row } from './benchmark.js'

/**
 * Measures every contender `rounds` times; mostly one row. `alive` is called before each. Throws when they disagree about
 * the result.
 */
export async function measure(
  { name, contenders, renewed = Infinity }: Benchmark,
  rounds: number,
  alive: (round: number) => Promise<void>,
): Promise<Row[]> {
  const rows = new Map<string, Map<Contender, number[]>>()
  const note = (row: string, contender: Contender, ms: number) => {
    const figures = rows.get(row) ?? new Map<Contender, number[]>(contenders.map(each => [each, []]))
    rows.set(row, figures)
    figures.get(contender)?.push(ms)
  }
  let expected: string | undefined
  for (let round = 0; round < rounds; round += renewed) {
    await prepared(contenders, async () => {
      for (let next = round; next < Math.min(round + renewed, rounds); next++) {
        await alive(next)
        const order = next % 2 === 0 ? contenders : [...contenders].reverse()
        for (const contender of order) {
          const { ms, check, also = {} } = await contender.once()
          const got = JSON.stringify(check) ?? 'nothing'
          expected ??= got
          if (got !== expected) throw new Error(`${name}: ${contender.name} computed ${got}, another ${expected}`)
          note(name, contender, ms)
          for (const [row, its] of Object.entries(also)) note(row, contender, its)
        }
      }
    })
  }
  return [...rows].map(([name, figures]) => ({
    name,
    figures: [...figures].map(([contender, ms]) => ({ contender: contender.name, ms })),
  }))
}

/** Does `work` between preparing all contenders and closing those that were prepared. */
async function prepared(contenders: Contender[], work: () => Promise<void>): Promise<void> {
  const ready: Contender[] = []
  try {
    for (const contender of contenders) {
      await contender.prepare?.()
      ready.push(contender)
    }
    await work()
  } finally {
    for (const contender of ready) await contender.close?.()
  }
}
