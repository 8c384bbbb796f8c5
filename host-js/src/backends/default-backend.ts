/** Where State lasts unless told otherwise. `node/default-backend.ts` takes the place of this in Node, Deno and Bun. */

export { IndexedDBBackend as DefaultBackend } from './indexeddb.js'
