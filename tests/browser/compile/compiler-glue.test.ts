/** How the module of the compiler is given what it works on. */

import { compile, is_there, load } from '../../../worker/src/jit.js'
import { expect, it } from '../harness/index.js'

/** The word that the stand-in of the compiler wants. */
const WORD = 0x12345678

/**
 * A stand-in for the compiler: its buffer begins at 1025, and it takes the layout where `WORD` is there.
 *
 *     (memory (export "memory") 1)
 *     (func (export "input") (param i32) (result i32) (i32.const 1025))
 *     (func (export "layout") (result i32) (i32.eq (i32.load align=1 (i32.const 1025)) (i32.const 0x12345678)))
 */
const STAND_IN = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x0a, 0x02, 0x60, 0x01, 0x7f, 0x01, 0x7f, 0x60, 0x00, 0x01, 0x7f],
  ...[0x03, 0x03, 0x02, 0x00, 0x01],
  ...[0x05, 0x03, 0x01, 0x00, 0x01],
  ...[0x07, 0x1b, 0x03, 0x06, ...bytes('memory'), 0x02, 0x00],
  ...[0x05, ...bytes('input'), 0x00, 0x00, 0x06, ...bytes('layout'), 0x00, 0x01],
  ...[0x0a, 0x17, 0x02, 0x05, 0x00, 0x41, 0x81, 0x08, 0x0b],
  ...[0x0f, 0x00, 0x41, 0x81, 0x08, 0x28, 0x00, 0x00, 0x41, 0xf8, 0xac, 0xd1, 0x91, 0x01, 0x46, 0x0b],
])

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

it('the compiler is told of Lua wherever its buffer begins, though memory has grown before it came', async () => {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const layout = new Uint32Array(memory.buffer, 64, 1)
  layout[0] = WORD
  const table = new WebAssembly.Table({ initial: 1, element: 'anyfunc' })
  let come = (_: WebAssembly.Module) => {}
  const coming = new Promise<WebAssembly.Module>(resolve => {
    come = resolve
  })
  load(() => coming, memory, table, layout, new Uint32Array([0]))
  memory.grow(1)
  expect(layout.length).toBe(0)
  expect(is_there(0)).toBe(false)

  come(await WebAssembly.compile(STAND_IN))
  while (!is_there(0)) await new Promise(resolve => setTimeout(resolve, 5))

  // It has nothing that compiles: what fails in the compiler is no fault of the engine's.
  expect(compile(new Uint32Array([1]), 0)).toBe(0)
  expect(is_there(0)).toBe(true)
})
