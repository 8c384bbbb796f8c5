/** The files that xtask puts into `inline.js`. */

/** The module, after gzip, in base64. */
declare module 'inline/module.gz' {
  const base64: string
  export default base64
}

/** The script of the worker. */
declare module 'inline/worker.txt' {
  const script: string
  export default script
}
