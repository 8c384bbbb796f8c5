/** Runs the benchmarks that `/bench.json` asks for, and reports each to the server. */

import type { Benchmark } from './benchmark.js'
import { forwarding } from './groups/host-backend.js'
import { loading } from './groups/loads.js'
import { measureProgram } from './groups/programs.js'
import { calling, computing } from './groups/scripts.js'
import { type Servers, sharing } from './groups/shared.js'
import { storing } from './groups/storage.js'
import { measure } from './rounds.js'

/** What is to be measured. */
interface Asked {
  /** What the names of benchmarks are to contain. */
  only: string
  rounds: number
  safepoints: boolean
  /** The names of programs. */
  programs: string[]
  /** Those of NATS, where they are needed. */
  servers: Servers | null
}

try {
  const { only, rounds, safepoints, programs, servers } = (await (await fetch('/bench.json')).json()) as Asked
  for (const name of programs) await report({ program: await measureProgram(name, rounds, safepoints, progress) })
  const groups: Array<() => Benchmark[]> = [
    loading,
    () => computing(safepoints),
    calling,
    storing,
    forwarding,
    () => (servers ? sharing(servers) : []),
  ]
  for (const benchmark of groups.flatMap(group => group())) {
    if (!benchmark.name.includes(only)) continue
    // Each round may take minutes.
    const alive = (round: number) => progress(`${benchmark.name}, round ${round + 1}`)
    for (const row of await measure(benchmark, rounds, alive)) await report({ row })
  }
  await report({ done: true })
} catch (error) {
  await report({ error: error instanceof Error ? `${error}\n${error.stack ?? ''}` : String(error) })
}

function progress(what: string): Promise<void> {
  return post('progress', 'text/plain', what)
}

function report(message: object): Promise<void> {
  return post('report', 'application/json', JSON.stringify(message))
}

async function post(path: string, type: string, body: string): Promise<void> {
  await fetch(`/${path}`, { method: 'POST', headers: { 'content-type': type }, body })
}
