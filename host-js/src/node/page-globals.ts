/** What pages have as globals and Node has not. The build puts them in where the client names them. */

import { Buffer } from 'node:buffer'

/** An error that nobody can catch ends the process, as any such error there, unless somebody listens for it. */
export const reportError: typeof globalThis.reportError =
  globalThis.reportError ??
  (error => {
    process.nextTick(() => {
      throw error
    })
  })

/** There are `storage` events of other pages where there are pages. */
export const addEventListener: typeof globalThis.addEventListener =
  globalThis.addEventListener?.bind(globalThis) ?? (() => {})

export const removeEventListener: typeof globalThis.removeEventListener =
  globalThis.removeEventListener?.bind(globalThis) ?? (() => {})

/** The engine's own class, whatever a test's environment such as jsdom has put in its place. */
const EngineBytes: Uint8ArrayConstructor = Object.getPrototypeOf(Buffer)

/** Bytes of either are bytes where the environment has a class of its own, of another realm. */
export const Uint8Array: Uint8ArrayConstructor =
  globalThis.Uint8Array === EngineBytes
    ? EngineBytes
    : new Proxy(EngineBytes, {
        get: (bytes, key) => (key === Symbol.hasInstance ? isBytes : Reflect.get(bytes, key)),
      })

function isBytes(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Uint8Array]'
}
