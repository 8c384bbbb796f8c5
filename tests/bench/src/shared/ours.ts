/** A user by State. */

import { NatsBackend } from '../../../../host-js/src/nats.js'
import stateWrites from '../../scripts/state_writes.lua'
import * as ours from '../peers/ours.js'
import type { Place, User } from './user.js'

const add = (names: readonly string[], times: number) => `
local sum
for _ = 1, ${times} do
  for name in ("${names.join(' ')}"):gmatch("%S+") do
    sum = State.update("script.bench." .. name, function(n) return (n or 0) + 1 end)
  end
end
return sum`

/** Its scripts and its page. */
export class OurUser implements User {
  #runner: ours.Runner | null = null
  readonly #wanted = new Map<string, { value: number; reached(): void }>()

  async open({ server, bucket }: Place): Promise<number> {
    const backend = new NatsBackend({ servers: server, bucket, create: true })
    const limits = { timeoutMs: Infinity, cpuMs: Infinity }
    this.#runner = await ours.start('package', backend, '', { limits })
    const [count] = await ours.run(this.#runner, 'return #State.list("script.bench.")')
    return Number(count)
  }

  set(name: string, value: number): Promise<void> {
    return this.#opened.state.set('bench', `script.bench.${name}`, value)
  }

  becomes(name: string, value: number): Promise<void> {
    const isWatched = this.#wanted.has(name)
    const is = new Promise<void>(reached => this.#wanted.set(name, { value, reached }))
    if (!isWatched)
      this.#opened.state.watch('bench', `script.bench.${name}`, now => {
        const wanted = this.#wanted.get(name)
        if (wanted?.value === now) wanted?.reached()
      })
    return is
  }

  async write(): Promise<number> {
    return Number((await ours.run(this.#opened, stateWrites))[0])
  }

  async add(names: readonly string[], times: number): Promise<number> {
    return Number((await ours.run(this.#opened, add(names, times)))[0])
  }

  async close(): Promise<void> {
    await this.#runner?.close()
    this.#runner = null
  }

  get #opened(): ours.Runner {
    if (!this.#runner) throw new Error('it was not opened')
    return this.#runner
  }
}
