/** Operations of all kinds on a few keys, by a seed: what two tabs do at once. */

import type { Runner } from 'pubwiki-lua'
import { random } from './mutate.js'

/** What expires at all expires within this, in milliseconds, or long after the test. */
export const SOON_MS = 20
const KEYS = 5

/** Does so many operations, several at once; resolves when all have ended. Rejects when one fails. */
export async function mixedOperations(runner: Runner, seed: number, count: number): Promise<void> {
  const next = random(seed)
  const below = (limit: number) => Math.floor(next() * limit)
  const { state } = runner
  const key = () => `script.main.k${below(KEYS)}`
  const operations = [
    () => state.set('main', key(), next()),
    () => state.set('main', key(), next(), { ttl: 1 + below(SOON_MS) }),
    () => state.set('main', key(), next(), { ttl: 1e6 }),
    () => state.delete('main', key()),
    (drawn: number) =>
      state.update('main', key(), value => (drawn < 0.3 ? undefined : [value ?? 0, drawn].flat().slice(-3))),
    () => state.update('main', key(), value => value),
    () => state.import([record(key(), below), record(key(), below)].join('\n')),
    () =>
      runner.run(
        `for i = 1, 3 do State.set("script.main.k" .. i, ${next()}) State.delete("script.main.k" .. i + 1) end`,
        { scriptId: 'main' },
      ),
    () => state.list('main', 'script.main.'),
    () => state.cleanupExpired(),
    (drawn: number) => (drawn < 0.3 ? state.clear() : state.get('main', key())),
  ]
  const underWay: unknown[] = []
  for (let done = 0; done < count; done++) {
    underWay.push(operations[below(operations.length)]?.(next()))
    if (next() < 0.3) await Promise.all(underWay.splice(0))
  }
  await Promise.all(underWay)
}

function record(key: string, below: (limit: number) => number): string {
  const rest = key.slice('script.main.'.length)
  return JSON.stringify({
    key: `main:script.main:${rest}`,
    value: below(1000),
    createdAt: below(1000),
    updatedAt: below(1000),
  })
}

/** Tells the tab that waits for `mark` that all is written here, and waits for what it tells. */
export async function meet(runner: Runner, mark: string, others: string): Promise<void> {
  await runner.state.flush()
  const code = `State.set("script.main.${mark}", true) while not State.get("script.main.${others}") do State.wait("script.main.${others}", 1000) end`
  await runner.run(code, { scriptId: 'main' })
}
