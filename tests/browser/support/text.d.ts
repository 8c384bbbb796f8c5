/** esbuild's text loader: the file's content. */
declare module '*.lua' {
  const text: string
  export default text
}

declare module '*.out' {
  const text: string
  export default text
}
