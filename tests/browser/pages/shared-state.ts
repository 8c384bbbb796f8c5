/** One of two users of a NATS server: adds to a number, and writes or hears many records. */

import { createRunner, type RunnerState } from 'pubwiki-lua'
import { NatsBackend } from '../../../host-js/src/nats.js'

const query = new URLSearchParams(location.search)
const [updates, records] = [Number(query.get('updates')), Number(query.get('records'))]
const servers = (query.get('nats') ?? '').split(',')
const isOne = query.get('user') === 'one'
const post = (path: string, body: string) => fetch(path, { method: 'POST', body })
const failures: string[] = []
const limits = { timeoutMs: Infinity, cpuMs: Infinity }

/** Declares the namespace; gives what resolves when a key has a value, whoever gave it. */
function watching(state: RunnerState) {
  state.registerNamespaces('main', { 'my.game': { read: true, write: true, shared: true, persistent: true } })
  return async (key: string, wanted: number) => {
    let wake = (_: unknown) => {}
    const is = new Promise(resolve => {
      wake = resolve
    })
    const end = state.watch('main', key, value => value === wanted && wake(value))
    if ((await state.get('main', key)) !== wanted) await is
    end()
  }
}

/** One of the users whom the server tells apart: the owner writes a number, the reader may not, and hears of it. */
async function useRights(user: string, value: number): Promise<object> {
  const connect = { user: query.get('as'), pass: query.get('pass') }
  const backend = new NatsBackend({ servers, bucket: 'state', connect, create: user === 'writer' })
  const runner = await createRunner({ backend, limits })
  const { state } = runner
  const becomes = watching(state)
  if (user === 'writer') {
    await state.set('main', 'my.game.n', value)
    await runner.close()
    return { failures }
  }
  await becomes('my.game.n', 1)
  const heard = [await state.get('main', 'my.game.n')]
  const refused = (error: unknown) => {
    const { code, message } = error as { code: unknown; message: unknown }
    return { code, message }
  }
  const refusals = [
    await state.set('main', 'my.game.n', 7).catch(refused),
    await state.update('main', 'my.game.n', () => 7).catch(refused),
  ]
  await post('/progress', 'refused')
  await becomes('my.game.n', 2)
  heard.push(await state.get('main', 'my.game.n'))
  return { heard, refusals, failures }
}

async function use(): Promise<object> {
  const backend = new NatsBackend({ servers, bucket: 'state', create: { replicas: servers.length } })
  const artifact = query.get('artifact') === 'portable' ? 'portable' : 'jspi'
  const runner = await createRunner({ backend, artifact, limits })
  const { state } = runner
  const becomes = watching(state)

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

const user = query.get('user') ?? ''
const used = query.has('as') ? useRights(user, Number(query.get('value'))) : use()

used.then(
  report => post('/report', JSON.stringify(report)),
  (error: unknown) => post('/report', JSON.stringify({ failures: [String(error)] })),
)
