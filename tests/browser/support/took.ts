/** How long a promise takes to settle, in milliseconds. */
export async function took(promise: PromiseLike<unknown>): Promise<number> {
  const began = performance.now()
  await Promise.allSettled([promise])
  return performance.now() - began
}
