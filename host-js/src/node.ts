/**
 * The package in Node, Deno and Bun, by the condition `node` of its `exports`: the same API, with its worker
 * in a thread.
 *
 * @module pubwiki-lua
 */

export * from './index.js'
