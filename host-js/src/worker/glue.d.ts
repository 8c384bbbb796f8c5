/** wasm-bindgen's JavaScript for each build of the module, which xtask puts in place. */

declare module 'glue/*' {
  /** Makes the module's instance. */
  export default function start(options: { module_or_path: WebAssembly.Module }): unknown
  /** Registers the actor. `enter` is what runs on a stack that can be suspended. */
  export function serve(
    packing: import('./begin.js').Packing,
    enter: unknown,
    /** Loads the compiler of hot functions; without it there is none. */
    loadCompiler?: () => Promise<WebAssembly.Module>,
  ): void
  export const enter: unknown
}
