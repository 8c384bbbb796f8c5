/** Where State lasts unless told otherwise, in Node, Deno and Bun. */

export { MemoryBackend as DefaultBackend } from '../backends/memory.js'
