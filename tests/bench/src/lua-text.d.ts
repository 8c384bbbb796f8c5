/** esbuild's text loader: the file's content. */
declare module '*.lua' {
  const source: string
  export default source
}
