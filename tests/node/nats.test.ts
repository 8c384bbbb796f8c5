/** State in a NATS server, by the contracts of a backend and of one that several users share. */

import { NatsBackend } from 'pubwiki-lua/nats'
import { conformanceTests, sharedConformanceTests } from 'pubwiki-lua/testing'
import { afterEach, describe, expect, it } from '../browser/harness/index.js'
import { start } from '../browser/support/artifact.js'
import { Way } from './harness/way.js'

const server = new URLSearchParams(location.search).get('nats') ?? ''
const ways: Way[] = []
let buckets = 0

const newBucket = () => `test-${++buckets}`
const backend = (bucket: string, servers = server) => new NatsBackend({ servers, bucket, create: true })

afterEach(() => {
  for (const way of ways.splice(0)) way.close()
})

describe('a NatsBackend as every backend', () => {
  for (const { name, run } of conformanceTests(() => backend(newBucket()))) it(name, run)
})

describe('a NatsBackend as every shared one', () => {
  const make = async () => {
    const [bucket, way] = [newBucket(), await Way.open(server)]
    ways.push(way)
    const cut = () => way.cut()
    const mend = () => way.mend()
    return { one: backend(bucket, way.url), other: backend(bucket), cut, mend }
  }
  for (const { name, run } of sharedConformanceTests(make)) it(name, run)
})

describe('State in a NATS server', () => {
  it('counts what two runners add at once, and each hears of it', async () => {
    const bucket = newBucket()
    const [one, other] = [await start({ backend: backend(bucket) }), await start({ backend: backend(bucket) })]
    const heard = new Promise<void>(resolve =>
      other.state.watch('main', 'script.main.n', value => value === 40 && resolve()),
    )
    await other.state.get('main', 'script.main.n')
    const add = 'for _ = 1, 20 do State.update("script.main.n", function(n) return (n or 0) + 1 end) end'
    await Promise.all([one, other].map(runner => runner.run(add, { scriptId: 'main' })))
    await heard

    const { values } = await one.run('return State.update("script.main.n", function(n) return n end)', {
      scriptId: 'main',
    })
    expect(values).toEqual([40])
  })
})
