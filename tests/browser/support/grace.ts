/** The spec's grace, and ten times what a busy machine may add to it, in milliseconds. */
export const GRACE_MS = 2_000
export const SLACK_MS = 2_500
