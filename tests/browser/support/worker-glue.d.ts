/** The worker's own JavaScript, which knows no types. */
declare module '*/worker/src/jit.js' {
  /** Has the compiler loaded, and told of Lua's memory, its function table and what lies where. */
  export function load(
    loader: () => Promise<WebAssembly.Module>,
    memory: WebAssembly.Memory,
    table: WebAssembly.Table,
    layout: Uint32Array,
    helpers: Uint32Array,
  ): void
  /** Whether the compiler is there and has taken that. */
  export function is_there(nothing: number): boolean
  /** Compiles a function; gives its place in the table, 0 where the compiler does not take it, -1 where the engine does not. */
  export function compile(description: Uint32Array, replaces: number): number
}
