/** Where the worker's script lies. */

/** `worker.js` beside the package's `index.js`. */
export const DEFAULT_WORKER_URL: string = new URL('./worker.js', import.meta.url).href

/** The absolute form of a URL that is relative to the page, or the default one. */
export function resolveWorkerUrl(url: string | URL | undefined): string {
  return url === undefined ? DEFAULT_WORKER_URL : new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href
}
