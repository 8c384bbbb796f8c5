/** One of two users of a NATS server: adds to a number, and writes or hears many records. */

import { createRunner } from 'pubwiki-lua'
import { NatsBackend } from '../../../host-js/src/nats.js'

const query = new URLSearchParams(location.search)
const [updates, records] = [Number(query.get('updates')), Number(query.get('records'))]
const servers = (query.get('nats') ?? '').split(',')
const isOne = query.get('user') === 'one'
const post = (path: string, body: string) => fetch(path, { method: 'POST', body })
const failures: string[] = []
const limits = { timeoutMs: Infinity, cpuMs: Infinity }

async function use(): Promise<object> {
  const backend = new NatsBackend({ servers, bucket: 'state', create: { replicas: servers.length } })
  const artifact = query.get('artifact') === 'portable' ? 'portable' : 'jspi'
  const runner = await createRunner({ backend, artifact, limits })
  const { state } = runner
  state.registerNamespaces('main', { 'my.game': { read: true, write: true, shared: true, persistent: true } })

  /** Resolves when a key has this value, whoever gave it. */
  const becomes = async (key: string, wanted: number) => {
    let wake = (_: unknown) => {}
    const is = new Promise(resolve => {
      wake = resolve
    })
    const end = state.watch('main', key, value => value === wanted && wake(value))
    if ((await state.get('main', key)) !== wanted) await is
    end()
  }

  // Each waits for the other.
  await state.set('main', isOne ? 'my.game.one' : 'my.game.other', 1)
  await becomes(isOne ? 'my.game.other' : 'my.game.one', 1)
  await post('/progress', 'begun')
  const began = performance.now()
  await runner.run(`for _ = 1, ${updates} do State.update("my.game.n", function(n) return (n or 0) + 1 end) end`, {
    scriptId: 'main',
  })
  const updatesMs = Math.round(performance.now() - began)
  await post('/progress', 'updated')
  await becomes('my.game.n', 2 * updates)
  const sum = await state.get('main', 'my.game.n')

  await state.set('main', isOne ? 'my.game.one' : 'my.game.other', 2)
  await becomes(isOne ? 'my.game.other' : 'my.game.one', 2)
  const wrote = performance.now()
  if (isOne) {
    await runner.run(`for i = 1, ${records} do State.set("my.game.records." .. i, i) end State.flush()`, {
      scriptId: 'main',
    })
    await state.set('main', 'my.game.written', 1)
  } else await becomes('my.game.written', 1)
  const recordsMs = Math.round(performance.now() - wrote)
  const heard = (await state.list('main', 'my.game.records.')).length
  // Neither goes before the other has heard.
  await state.set('main', isOne ? 'my.game.one' : 'my.game.other', 3)
  await becomes(isOne ? 'my.game.other' : 'my.game.one', 3)
  await runner.close()
  return { sum, heard, updatesMs, recordsMs, failures }
}

use().then(
  report => post('/report', JSON.stringify(report)),
  (error: unknown) => post('/report', JSON.stringify({ failures: [String(error)] })),
)
