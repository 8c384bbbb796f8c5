/** The browser that the tests run in, as xtask says, and what it is built without. */

export const engine = new URLSearchParams(location.search).get('engine') ?? 'chromium'

/** WebKit as Debian builds it has no origin private file system: `backends/opfs` asks what it says then. */
export const hasOpfs = engine !== 'webkit'

/** WebKit leaves a worker alone that computes in WebAssembly, and the page is told: `recovery/worker-that-goes-on`. */
export const endsWorkers = engine !== 'webkit'

/** Those of some backends, by their classes' names, that there are in this browser. */
export function present<T>(backends: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(backends).filter(([kind]) => hasOpfs || kind !== 'OpfsBackend'))
}
