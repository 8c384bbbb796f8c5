/** Failures of NATS, and which of them pass. */

/** An error with a code for the page. */
export function coded(code: 'OFFLINE' | 'OUTCOME_UNKNOWN', message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code })
}

/** What a connection, a restart or a failover fails with, and the next attempt may not. */
const PASSES =
  /timeout|timed out|connection|disconnect|reconnect|closed|draining|no responders|503|not enabled|unavailable|no suitable peers|is offline|leader|in process|consumer not found/i

export function passes(error: unknown): boolean {
  return !isRefusal(error) && PASSES.test(text(error))
}

/** The server does not let this user do this. */
export function isRefusal(error: unknown): boolean {
  return /permissions? violation|authorization/i.test(text(error))
}

/** There is another version than was named. */
export function isStale(error: unknown): boolean {
  return /wrong last sequence/i.test(text(error))
}

/** There is no such bucket. */
export function isMissing(error: unknown): boolean {
  return /stream not found/i.test(text(error))
}

function text(error: unknown): string {
  const { name, message, cause } = error as { name?: unknown; message?: unknown; cause?: unknown }
  return `${name} ${message} ${cause === undefined ? '' : text(cause)}`
}
