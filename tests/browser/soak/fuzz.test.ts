/** Random and mutated frames, in both directions: an error each, and both sides live on. */

import { createRunner, MemoryBackend } from 'pubwiki-lua'
import { bytesOf, decodeFrame, encodeFrame } from '../../../host-js/src/codec/frames.js'
import { pack } from '../../../host-js/src/codec/packing.js'
import { decode } from '../../../host-js/src/codec/schema-codec.js'
import type { FromWorker, ToWorker } from '../../../host-js/src/generated/protocol.js'
import fromWorker from '../../golden/from-worker.json'
import toWorker from '../../golden/to-worker.json'
import { describe, expect, it } from '../harness/index.js'
import { artifact } from '../support/artifact.js'
import { parseHex } from '../support/golden.js'
import { mutate, random } from '../support/mutate.js'
import { RawWorker } from '../support/raw-worker.js'
import { rounds } from '../support/rounds.js'
import { testingWorkerUrl } from '../support/testing-package.js'

const FRAMES = 20_000 * rounds
const BATCH = 500
/** Larger samples say no more, and take their time. */
const SAMPLE_BYTES = 2_000

function samples(vectors: Array<{ hex: string }>): Uint8Array[] {
  return vectors.map(({ hex }) => parseHex(hex)).filter(bytes => bytes.length < SAMPLE_BYTES)
}

function decodes(bytes: Uint8Array): ToWorker | null {
  try {
    return decode('ToWorker', bytes) as ToWorker
  } catch {
    return null
  }
}

/**
 * What changes nothing that lasts, so that what follows finds the session as it was. Id 0 is for what
 * did not decode: a request of that id would be taken for one.
 */
function isPassing(frame: ToWorker): boolean {
  if (typeof frame === 'string' || !('ProcessInput' in frame)) return false
  const request = frame.ProcessInput[1]
  if ('State' in request) return request.State.id !== 0
  if ('BackendCall' in request) return request.BackendCall.id !== 0
  return 'Cancel' in request || 'Answer' in request
}

describe('the worker', () => {
  it(`answers each of ${FRAMES} bad frames with an error, and works on`, async () => {
    const worker = await RawWorker.start(`${testingWorkerUrl}#artifact=${artifact}`)
    worker.send({
      Open: {
        version: 1,
        options: {
          backend: 'Memory',
          limits: worker.noLimits,
          modules: 'BuiltIn',
          allowSelfNamedScripts: false,
          resolves: false,
          compile: null,
        },
      },
    })
    expect(await worker.next()).toMatchObject({ Ready: { artifact } })
    const memory = async () => {
      const spec = {
        scriptId: 'main',
        name: null,
        args: [],
        limits: worker.noLimits,
        keepAlive: false,
        dialect: 'Lua54' as const,
      }
      worker.send({
        Run: { id: 0xffff_fff0, spec: { ...spec, code: new TextEncoder().encode('return __test.memory()') } },
      })
      for (;;) {
        const event = await worker.next()
        if (typeof event === 'string' || !('Answer' in event) || event.Answer.id !== 0xffff_fff0) continue
        const { answer } = event.Answer
        if (typeof answer === 'string' || !('Run' in answer))
          throw new Error(`the run answers ${JSON.stringify(answer)}`)
        return Number(Object.values(answer.Run.values[0] ?? {})[0])
      }
    }
    /** Waits for the answer to a request, and counts the errors before it. */
    const errorsUntilNow = async () => {
      worker.send({ State: { id: 0xffff_fff1, script_id: 'main', op: { List: { prefix: 'script.main.' } } } })
      let errors = 0
      for (;;) {
        const event = await worker.next()
        if (typeof event === 'string' || !('Answer' in event)) continue
        if (event.Answer.id === 0xffff_fff1) return errors
        const { answer } = event.Answer
        if (
          event.Answer.id === 0 &&
          typeof answer === 'object' &&
          'Error' in answer &&
          answer.Error.kind === 'Protocol'
        )
          errors++
      }
    }
    const good = samples(toWorker)
    const next = random(1)
    let before = 0
    for (let sent = 0; sent < FRAMES; sent += BATCH) {
      let bad = 0
      for (let index = 0; index < BATCH; index++) {
        const bytes = mutate(good, next)
        const frame = decodes(bytes)
        if (frame !== null && !isPassing(frame)) continue
        if (frame === null) bad++
        // A frame may come in either form.
        worker.post(next() < 0.5 ? bytes : pack(bytes))
      }
      expect(await errorsUntilNow()).toBe(bad)
      if (sent === BATCH * 4) before = await memory()
    }

    expect((await memory()) - before).toBeLessThan(1024 * 1024)
    worker.end()
  })

  it('is ended by Destroy, and by Close only its session', async () => {
    const worker = await RawWorker.start(`${testingWorkerUrl}#artifact=${artifact}`)
    worker.send({
      Open: {
        version: 1,
        options: {
          backend: 'Memory',
          limits: worker.noLimits,
          modules: 'BuiltIn',
          allowSelfNamedScripts: false,
          resolves: false,
          compile: null,
        },
      },
    })
    await worker.next()
    worker.send({ Close: { id: 1 } })
    expect(await worker.next()).toEqual({ Answer: { id: 1, answer: 'Done' } })
    worker.send({ State: { id: 2, script_id: 'main', op: { Get: { key: 'script.main.k' } } } })
    expect(await worker.next()).toMatchObject({ Answer: { id: 2, answer: { Error: { kind: 'Cancelled' } } } })
    worker.post(encodeFrame('Destroy'))
    worker.send({ State: { id: 3, script_id: 'main', op: { Get: { key: 'script.main.k' } } } })
    const silence = new Promise(resolve => setTimeout(resolve, 500, 'silent'))

    expect(await Promise.race([worker.next(), silence])).toBe('silent')
    worker.end()
  })
})

/** A worker in the page's own thread, so that a test says what it says. */
class FakeWorker extends EventTarget {
  static last: FakeWorker | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onmessageerror: unknown = null
  onerror: unknown = null
  readonly heard: ToWorker[] = []

  constructor() {
    super()
    FakeWorker.last = this
    setTimeout(() => this.say(Uint8Array.of(0)))
  }

  say(data: unknown): void {
    this.onmessage?.({ data })
  }

  postMessage(data: unknown): void {
    const frame = decode('ToWorker', bytesOf(data) ?? new Uint8Array()) as ToWorker
    this.heard.push(frame)
    // Ready, version 1, jspi.
    if (typeof frame === 'object' && 'ProcessInput' in frame && 'Open' in frame.ProcessInput[1])
      this.say(Uint8Array.of(1, 1, 0, 1, 0))
  }

  terminate(): void {}
}

describe('the client', () => {
  it(`notices each of ${FRAMES} bad frames once, and works on`, async () => {
    const real = globalThis.Worker
    globalThis.Worker = FakeWorker as unknown as typeof Worker
    let errors = 0
    const runner = await createRunner({
      backend: new MemoryBackend(),
      onNotice: ({ code }) => {
        if (code === 'PROTOCOL_ERROR') errors++
      },
    }).finally(() => {
      globalThis.Worker = real
    })
    const worker = FakeWorker.last
    if (!worker) throw new Error('no worker was started')
    const good = samples(fromWorker)
    const next = random(2)
    let expected = 0
    for (let index = 0; index < FRAMES; index++) {
      const bytes = mutate(good, next)
      if (isError(bytes)) expected++
      worker.say(next() < 0.5 ? bytes : pack(bytes))
      worker.heard.length = 0
    }
    expect(errors).toBe(expected)
    expect(expected).toBeGreaterThan(FRAMES / 4)

    const run = runner.run('return 1', { scriptId: 'main' })
    await new Promise(resolve => setTimeout(resolve, 50))
    const asked = worker.heard.find(
      frame => typeof frame === 'object' && 'ProcessInput' in frame && 'Run' in frame.ProcessInput[1],
    )
    if (typeof asked !== 'object' || !('ProcessInput' in asked)) throw new Error('no run was asked for')
    const request = asked.ProcessInput[1]
    if (!('Run' in request)) throw new Error('no run was asked for')
    // An answer that does not decode is still the end of what it answers.
    worker.say(Uint8Array.of(1, 1, 1, request.Run.id, 99))
    await expect(Promise.resolve(run)).rejects.toMatchObject({ code: 'PROTOCOL_ERROR' })
  })
})

/** Whether the client is to notice a frame: one that does not decode, or the worker's word that it could not decode one. */
function isError(bytes: Uint8Array): boolean {
  let frame: FromWorker
  try {
    frame = decodeFrame(bytes)
  } catch {
    return true
  }
  if (typeof frame === 'string') return false
  const event = frame.ProcessOutput[1]
  if (typeof event === 'string' || !('Answer' in event) || event.Answer.id !== 0) return false
  return typeof event.Answer.answer === 'object' && 'Error' in event.Answer.answer
}
