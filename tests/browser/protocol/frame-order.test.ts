/** The order in which the page is notified of frames, when some are so large that they are read in turns. */

import { IncomingFrames } from '../../../host-js/src/client/incoming-frames.js'
import { encode } from '../../../host-js/src/codec/schema-codec.js'
import type { FromWorker, Value, Event as WorkerEvent } from '../../../host-js/src/generated/protocol.js'
import { toWireValue } from '../../../host-js/src/values/wire-value.js'
import { describe, expect, it } from '../harness/index.js'

const stats = {
  wallMs: 0,
  cpuMs: 0,
  peakMemoryBytes: 0,
  reads: 0,
  writes: 0,
  compiledFunctions: 0,
  compiledBytes: 0,
  compileMs: 0,
}
const large: Value = toWireValue(
  Array.from({ length: 500_000 }, (_, at) => at),
  'value',
)

function frame(event: WorkerEvent): Uint8Array {
  return encode('FromWorker', { ProcessOutput: [1, event] } satisfies FromWorker)
}

const answer = (id: number, value: Value) => frame({ Answer: { id, answer: { Run: { values: [value], stats } } } })
const call = (id: number, run: number, value: Value) =>
  frame({ Call: { id, call: { Function: { run, name: 'f', args: [value] } } } })
const output = (run: number) => frame({ Output: { run, chunk: Uint8Array.of(1) } })
const changed = (watch: number, value: string) => frame({ StateChanged: { watch, key: 'k', value } })
const get = (id: number, key: string) => frame({ Call: { id, call: { Backend: { Get: { key } } } } })

/** Gives frames, and tells in which order they come out. */
function listening(exact = new Set<number>()) {
  const told: string[] = []
  const arriving: Array<number | null> = []
  const incoming = new IncomingFrames({
    exact,
    arriving: id => arriving.push(id),
    garbled: (error, id) => told.push(`garbled ${id}: ${error.code}`),
    frame: frame => {
      if (frame === 'WorkerLoaded') return told.push('loaded')
      const event = frame.ProcessOutput[1]
      if (event === 'Heartbeat') return told.push('heartbeat')
      const [[kind, content]] = Object.entries(event) as [[string, { id?: number; run?: number; watch?: number }]]
      return told.push(`${kind} ${content.id ?? content.run ?? content.watch}`)
    },
  })
  const until = async (count: number) => {
    while (told.length < count) await new Promise(resolve => setTimeout(resolve, 1))
  }
  return { incoming, told, arriving, until }
}

describe('frames behind a large one', () => {
  it('wait when they are about the same run, and go by otherwise', async () => {
    const { incoming, told, arriving, until } = listening()
    for (const data of [
      call(1, 7, large),
      output(7),
      output(8),
      answer(7, 'Nil'),
      answer(8, 'Nil'),
      frame('Heartbeat'),
    ])
      incoming.take(data)
    expect(told).toEqual(['Output 8', 'Answer 8', 'heartbeat'])
    await until(6)

    expect(told.slice(3)).toEqual(['Call 1', 'Output 7', 'Answer 7'])
    expect(arriving).toEqual([null, null, 7])
  })

  it('keep the order of a watch, and of calls to backends', async () => {
    const { incoming, told, until } = listening()
    const text = JSON.stringify('x'.repeat(8e6))
    for (const data of [changed(3, text), changed(4, '1'), changed(3, '2'), get(1, 'k'.repeat(8e6)), get(2, 'k')])
      incoming.take(data)
    expect(told).toEqual(['StateChanged 4'])
    await until(5)

    expect(told.filter(event => event.startsWith('StateChanged 3'))).toHaveLength(2)
    expect(told.filter(event => event.startsWith('Call'))).toEqual(['Call 1', 'Call 2'])
  })

  it('come after it also when it does not decode', async () => {
    const { incoming, told, until } = listening()
    const bytes = answer(7, large)
    for (const data of [bytes.subarray(0, bytes.length - 1), output(7)]) incoming.take(data)
    await until(2)

    expect(told).toEqual(['garbled 7: PROTOCOL_ERROR', 'Output 7'])
  })

  it('are not told any more once nobody listens', async () => {
    const { incoming, told } = listening()
    for (const data of [answer(7, large), output(7)]) incoming.take(data)
    incoming.stop()
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setTimeout(resolve, 4))

    expect(told).toEqual([])
  })

  it('leave nothing waiting: the next large one comes alike', async () => {
    const { incoming, told, until } = listening()
    for (let round = 1; round <= 3; round++) {
      incoming.take(answer(7, large))
      incoming.take(output(7))
      await until(2 * round)
    }

    expect(told).toEqual(['Answer 7', 'Output 7', 'Answer 7', 'Output 7', 'Answer 7', 'Output 7'])
  })
})
