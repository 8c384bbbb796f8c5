/** Worker scripts made on the spot. */

import { workerUrl } from './artifact.js'

/** The URL of a module worker's script with this text. */
export function scriptUrl(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
}

/** The real worker, after `preparation` has changed its world. */
export function realWorkerAfter(preparation: string): string {
  return scriptUrl(`${preparation}\nawait import(${JSON.stringify(workerUrl)})`)
}

/** JavaScript: what a frame that the page posted says, a character for each byte; nothing for what is no frame. */
export const saidBy = (posted: string) =>
  `(typeof ${posted} === 'string' ? ${posted} : ${posted} instanceof Uint8Array ? new TextDecoder('latin1').decode(${posted}) : '')`

/** A worker that says it has loaded, and then answers each message by `answer(bytes, post)`. */
export function madeUpWorker(answer: string): string {
  return scriptUrl(`
    const post = (...bytes) => postMessage(Uint8Array.from(bytes))
    onmessage = ({ data }) => (${answer})(typeof data === 'string' ? Uint8Array.from(data, byte => byte.charCodeAt(0)) : data, post)
    post(0)
  `)
}

/** The real worker with clocks on which a call, of the page's or IndexedDB's, may take a second, and not 30. */
export function impatientWorker(): string {
  return realWorkerAfter(`
    const wait = setTimeout
    self.setTimeout = (then, ms, ...rest) => wait(then, { 500: 16, 30000: 1000 }[ms] ?? ms, ...rest)`)
}
