/** Rounds in alternating order, so that neither side always has the warmer or busier machine. */

import type { Benchmark, Contender, Row } from './benchmark.js'

/** Measures every contender `rounds` times. Throws when they disagree about the result. */
export async function measure({ name, contenders, renewed = Infinity }: Benchmark, rounds: number): Promise<Row> {
  const figures = new Map<Contender, number[]>(contenders.map(contender => [contender, []]))
  let expected: string | undefined
  for (let round = 0; round < rounds; round += renewed) {
    await prepared(contenders, async () => {
      for (let next = round; next < Math.min(round + renewed, rounds); next++) {
        const order = next % 2 === 0 ? contenders : [...contenders].reverse()
        for (const contender of order) {
          const { ms, check } = await contender.once()
          const got = JSON.stringify(check) ?? 'nothing'
          expected ??= got
          if (got !== expected) throw new Error(`${name}: ${contender.name} computed ${got}, another ${expected}`)
          figures.get(contender)?.push(ms)
        }
      }
    })
  }
  return { name, figures: [...figures].map(([contender, ms]) => ({ contender: contender.name, ms })) }
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
