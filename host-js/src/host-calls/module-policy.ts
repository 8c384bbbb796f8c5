/** Asks the page which modules scripts may fetch. */

import type * as wire from '../generated/protocol.js'

/** A fetch for a `require`, or the end of a redirect. */
export interface ModuleRequest {
  /** The spec that the script requires, such as `mediawiki://en.wikipedia.org/Module:Arguments`. */
  readonly spec: string
  /** The URL: of the module, or of the wiki's API. */
  readonly url: string
  /** The URL that was asked for first, when `url` is where a redirect led. */
  readonly redirectedFrom: string | undefined
}

/** An answer of a module policy. */
export interface ModuleVerdict {
  /** Whether the URL may be fetched. */
  readonly allow: boolean
  /** Whether redirects are followed, each final URL being asked about; true by default. */
  readonly redirects?: boolean | undefined
  /** Whether a `mediawiki://` module's wiki is reached by http instead of https; false by default. */
  readonly http?: boolean | undefined
}

/**
 * Says which URLs modules may be fetched from. `true` is `{ allow: true }`. When it throws or
 * rejects, nothing is fetched and the script's `require` fails.
 */
export type ModulePolicy = (request: ModuleRequest) => boolean | ModuleVerdict | Promise<boolean | ModuleVerdict>

/** The verdict of `policy`. Rejects with what it threw, and with a TypeError for an invalid answer. */
export async function askModulePolicy(
  policy: ModulePolicy,
  question: wire.ModuleQuestion,
): Promise<wire.ModuleVerdict> {
  const { spec, url, redirectedFrom } = question
  const answer: unknown = await policy({ spec, url, redirectedFrom: redirectedFrom ?? undefined })
  if (typeof answer === 'boolean') return { allow: answer, redirects: true, http: false }
  if (!isVerdict(answer))
    throw new TypeError('a module policy answers with a boolean or with { allow, redirects?, http? }')
  return { allow: answer.allow, redirects: answer.redirects ?? true, http: answer.http ?? false }
}

function isVerdict(answer: unknown): answer is ModuleVerdict {
  if (typeof answer !== 'object' || answer === null) return false
  const { allow, redirects, http }: { allow?: unknown; redirects?: unknown; http?: unknown } = answer
  return typeof allow === 'boolean' && [redirects, http].every(flag => flag === undefined || typeof flag === 'boolean')
}
