/** The URL of the worker's script. */

import { describe, wrong } from '../checks/options.js'

/** Trusted Types' URL of a script, in the words of every TypeScript. */
export interface TrustedScriptUrl {
  toString(): string
  toJSON(): string
}

/** A script's URL that a page chooses; a relative one is relative to the page. */
export type WorkerUrl = string | URL | TrustedScriptUrl

/** Stands for the package's own script, whose URL a bundler may decide. */
export const OWN_WORKER = 'pubwiki-lua/worker.js'

/** The absolute form of a URL. A TrustedScriptURL is kept as it is. Throws an ArgumentError for an invalid one. */
export function resolveWorkerUrl(url: WorkerUrl): string | TrustedScriptUrl {
  if (url === OWN_WORKER || isTrusted(url)) return url
  if (typeof url !== 'string' && !(url instanceof URL)) throw wrong('workerUrl', `it takes a URL, not ${describe(url)}`)
  try {
    return new URL(String(url), globalThis.document?.baseURI ?? globalThis.location?.href).href
  } catch {
    throw wrong('workerUrl', `${describe(String(url))} is not the URL of a worker's script`)
  }
}

function isTrusted(url: WorkerUrl): boolean {
  const { trustedTypes } = globalThis as { trustedTypes?: { isScriptURL(url: unknown): boolean } }
  return trustedTypes?.isScriptURL(url) ?? false
}
