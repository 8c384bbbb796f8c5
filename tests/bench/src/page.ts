/** Runs the benchmarks that `/bench.json` asks for, and reports each to the server. */

import type { Benchmark } from './benchmark.js'
import { forwarding } from './groups/host-backend.js'
import { loading } from './groups/loads.js'
import { calling, computing } from './groups/programs.js'
import { storing } from './groups/storage.js'
import { measure } from './rounds.js'

try {
  const asked = await fetch('/bench.json')
  const { only, rounds, safepoints }: { only: string; rounds: number; safepoints: boolean } = await asked.json()
  const groups: Array<() => Benchmark[]> = [loading, () => computing(safepoints), calling, storing, forwarding]
  for (const benchmark of groups.flatMap(group => group())) {
    if (!benchmark.name.includes(only)) continue
    await post('progress', 'text/plain', benchmark.name)
    await report({ row: await measure(benchmark, rounds) })
  }
  await report({ done: true })
} catch (error) {
  await report({ error: error instanceof Error ? `${error}\n${error.stack ?? ''}` : String(error) })
}

function report(message: object): Promise<void> {
  return post('report', 'application/json', JSON.stringify(message))
}

async function post(path: string, type: string, body: string): Promise<void> {
  await fetch(`/${path}`, { method: 'POST', headers: { 'content-type': type }, body })
}
