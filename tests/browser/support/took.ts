/** How long a promise takes to settle, in milliseconds. */
export async function took(promise: PromiseLike<unknown>): Promise<number> {
  const began = performance.now()
  await Promise.allSettled([promise])
  return performance.now() - began
}

/** Completes after `ms` milliseconds. */
export function passed(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
