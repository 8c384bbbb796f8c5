/** Completes after `ms` milliseconds. */
export function passed(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
