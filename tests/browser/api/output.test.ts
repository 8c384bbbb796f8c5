/** What scripts print, on its way to the page. */

import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'

const main = { scriptId: 'main' }

/** A frame of the page, as the worker has it. */
const FRAME_MS = 16

describe('output', () => {
  it('streams in order while the script runs, and is all there at the end', async () => {
    const runner = await start()
    const chunks: string[] = []
    let ended = false
    let whileRunning = 0
    const run = runner.run('for i = 1, 5 do print(i) sleep(30) end io.write("end")', {
      ...main,
      onOutput: chunk => {
        chunks.push(chunk)
        if (!ended) whileRunning++
      },
    })
    const { output } = await run.finally(() => {
      ended = true
    })

    expect(output).toBe('1\n2\n3\n4\n5\nend')
    expect(chunks.join('')).toBe(output)
    expect(whileRunning).toBeGreaterThan(1)
  })

  it('shows bytes that are not UTF-8 as U+FFFD, and characters whole', async () => {
    const runner = await start()
    const { output } = await runner.run(
      String.raw`io.write("\xff|", "\xe2") sleep(20) io.write("\x82") sleep(20) io.write("\xac|\xe2")`,
      main,
    )

    expect(output).toBe('\ufffd|€|\ufffd')
  })

  it('keeps a byte order mark', async () => {
    const runner = await start()
    const { output } = await runner.run(String.raw`io.write("\u{feff}x")`, main)

    expect(output).toBe('\ufeffx')
  })

  it('goes on when the listener throws', async () => {
    const runner = await start()
    const reported: unknown[] = []
    const { reportError } = globalThis
    globalThis.reportError = error => reported.push(error)
    const error = new Error('from the listener')
    const { output } = await runner.run('print(1) sleep(20)', {
      ...main,
      onOutput: () => {
        throw error
      },
    })
    globalThis.reportError = reportError

    expect(output).toBe('1\n')
    expect(reported).toContain(error)
  })

  it('is one message a frame at most, and one more at the end, however much is printed', async () => {
    const runner = await start()
    const codes = [
      'for i = 1, 8000 do print(("x"):rep(100)) end',
      'for i = 1, 2000 do print(i) if i % 10 == 0 then sleep(0) end end',
      'for i = 1, 100 do print(i) sleep(1) end',
      'table.sort({3, 1, 2}, function(a, b) print(("y"):rep(300000)) return a < b end)',
    ]
    for (const code of codes) {
      let chunks = 0
      const { stats } = await runner.run(code, { ...main, onOutputBytes: () => chunks++ })
      expect(chunks).toBeLessThanOrEqual(stats.wallMs / FRAME_MS + 2)
    }
  })

  it('of many runs comes to each in order and whole', async () => {
    const runner = await start()
    const runs = Array.from({ length: 50 }, (_, run) =>
      runner.run(`for i = 1, 20 do print(${run}, i) sleep(1) end`, main),
    )
    const outputs = (await Promise.all(runs)).map(({ output }) => output)
    const expected = (run: number) => Array.from({ length: 20 }, (_, index) => `${run}\t${index + 1}\n`).join('')

    expect(outputs).toEqual([...runs.keys()].map(expected))
  })

  it('is there up to the limit, to the byte', async () => {
    const runner = await start()
    let length = 0
    const run = runner.run('while true do io.write("abcdefg") end', {
      ...main,
      limits: { outputBytes: 100_001 },
      onOutputBytes: chunk => {
        length += chunk.length
      },
    })

    expect(await failureOf(run)).toMatchObject({ limit: 'outputBytes', value: 100_001 })
    expect(length).toBe(100_001)
  })

  it('honours __tostring and __name, and io.write is the same stream', async () => {
    const runner = await start()
    const { output } = await runner.run(
      `
      local named, shown = setmetatable({}, { __name = "Point" }), setmetatable({}, { __tostring = function() return "shown" end })
      print(shown, 1, nil, true, 1.0)
      io.write("a", 1, 2.5, "\\n")
      print((tostring(named):gsub("0x%x+", "ADDRESS")))
      io.stdout:write("b"):write("c\\n")
      `,
      main,
    )

    expect(output).toBe('shown\t1\tnil\ttrue\t1.0\na12.5\nPoint: ADDRESS\nbc\n')
  })
})
