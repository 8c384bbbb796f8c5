/** Rounds in alternating order, so that neither side always has the warmer or busier machine. */

import type { Benchmark, Contender, Row } from './benchmark.js'

/** Measures every contender `rounds` times. Throws when they disagree about the result. */
export async function measure({ name, contenders }: Benchmark, rounds: number): Promise<Row> {
  const figures = new Map<Contender, number[]>(contenders.map(contender => [contender, []]))
  let expected: string | undefined
  const prepared: Contender[] = []
  try {
    for (const contender of contenders) {
      await contender.prepare?.()
      prepared.push(contender)
    }
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? contenders : [...contenders].reverse()
      for (const contender of order) {
        const { ms, check } = await contender.once()
        const got = JSON.stringify(check) ?? 'nothing'
        expected ??= got
        if (got !== expected) throw new Error(`${name}: ${contender.name} computed ${got}, another ${expected}`)
        figures.get(contender)?.push(ms)
      }
    }
  } finally {
    for (const contender of prepared) await contender.close?.()
  }
  return { name, figures: [...figures].map(([contender, ms]) => ({ contender: contender.name, ms })) }
}
