/** State in a NATS server that several users share, compared with the bare client library on the same server. */

import { type Benchmark, type Contender, type Taken, timed } from '../benchmark.js'
import * as ours from '../peers/ours.js'
import { BareUser } from '../shared/bare.js'
import { OurUser } from '../shared/ours.js'
import { type Place, RECORDS, type User } from '../shared/user.js'
import { Users } from '../shared/users.js'

/** Where a server is reached, where that takes 300 ms there and back, and one that has acknowledged writes in memory at first. */
export interface Servers {
  near: string
  far: string
  bulk: string
}

const HEARD = 200
const UPDATES = 1000
/** Each of them twice: it is made, and changed. */
const OWN = Array.from({ length: 10 }, (_, index) => `own${index}`)

/** The kinds of users. */
const KINDS = { ours: OurUser, bare: BareUser } as const
type Kind = keyof typeof KINDS

/** What users feel. */
export function sharing({ near, far, bulk }: Servers): Benchmark[] {
  const place = (bucket: string, server = near): Place => ({ server, bucket })
  return [
    both('shared: a write heard, median', kind => hearing(kind, place('heard'))),
    both('shared: 10,000 records written', kind => writing(kind, place('written', bulk))),
    both('shared: opening with 10,000 records', kind => opening(kind, place('opened', bulk))),
    both('shared: 1,000 updates by 2 users', kind => contending(kind, 2, place('two'))),
    both('shared: 1,000 updates by 20 users', kind => contending(kind, 20, place('twenty'))),
    both('shared: 20 own updates, 300 ms away', kind => updating(kind, place('far', far))),
  ]
}

function both(name: string, contender: (kind: Kind) => Omit<Contender, 'name'>): Benchmark {
  return {
    name,
    contenders: [
      { name: 'ours', ...contender('ours') },
      { name: 'bare @nats-io/kv', ...contender('bare') },
    ],
  }
}

/** From the call that writes until it is durable and the other user has heard of it. */
function hearing(kind: Kind, place: Place): Omit<Contender, 'name'> {
  const [writer, listener]: [User, User] = [new KINDS[kind](), new KINDS[kind]()]
  let value = 0
  return {
    async prepare() {
      await writer.open(place)
      await listener.open(place)
    },
    async once() {
      const all: number[] = []
      while (all.length < HEARD) {
        const heard = listener.becomes('n', ++value)
        const { ms } = await timed(() => Promise.all([heard, writer.set('n', value)]))
        all.push(ms)
      }
      all.sort((a, b) => a - b)
      const at = (part: number) => all[Math.floor(all.length * part)] ?? Number.NaN
      return { ms: at(0.5), check: all.length, also: { 'shared: a write heard, 99 of 100': at(0.99) } }
    },
    async close() {
      await writer.close()
      await listener.close()
    },
  }
}

function writing(kind: Kind, place: Place): Omit<Contender, 'name'> {
  const user: User = new KINDS[kind]()
  return {
    async prepare() {
      await user.open(place)
      await user.write()
    },
    once: () => timed(() => user.write()),
    close: () => user.close(),
  }
}

/** Until all of it is in memory; without what a worker takes to start, which the bare library has not. */
function opening(kind: Kind, place: Place): Omit<Contender, 'name'> {
  return {
    async prepare() {
      const user: User = new KINDS[kind]()
      await user.open(place)
      await user.write()
      await user.close()
    },
    async once() {
      const start = kind === 'ours' ? await starting() : 0
      const user: User = new KINDS[kind]()
      const { ms, check } = await timed(() => user.open(place))
      await user.close()
      if (check !== RECORDS) throw new Error(`it opened with ${check} records`)
      return { ms: ms - start, check }
    },
  }
}

async function starting(): Promise<number> {
  let runner: ours.Runner | undefined
  const { ms } = await timed(async () => {
    runner = await ours.start('package', 'memory')
    await ours.run(runner, 'return #State.list("script.bench.")')
  })
  await runner?.close()
  return ms
}

/** All of them update one key. */
function contending(kind: Kind, count: number, place: Place): Omit<Contender, 'name'> {
  let [users, round]: [Users | null, number] = [null, 0]
  const once = async (): Promise<Taken> => {
    const name = `n${round++}`
    return await timed(async () => {
      const sums = (users?.users ?? []).map(user => user.add([name], UPDATES / count))
      return Math.max(...(await Promise.all(sums)))
    })
  }
  return {
    async prepare() {
      users = await Users.open(count, kind, place)
    },
    once,
    async close() {
      await users?.close()
    },
  }
}

function updating(kind: Kind, place: Place): Omit<Contender, 'name'> {
  const user: User = new KINDS[kind]()
  let round = 0
  return {
    async prepare() {
      await user.open(place)
    },
    once: () => {
      const names = OWN.map(name => `${name}x${round}`)
      round++
      return timed(() => user.add(names, 2))
    },
    close: () => user.close(),
  }
}
