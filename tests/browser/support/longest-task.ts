/** What `work` resolves to, and the longest that the page's event loop stood still meanwhile, in milliseconds. */
export async function longestTask<T>(work: () => PromiseLike<T>): Promise<{ value: T; longest: number }> {
  let [last, longest] = [performance.now(), 0]
  const tick = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  const ticker = setInterval(tick, 1)
  try {
    const value = await work()
    tick()
    return { value, longest }
  } finally {
    clearInterval(ticker)
  }
}
