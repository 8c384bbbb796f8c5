/** What the console is told while `work` is done. */
export async function consoleOf(method: 'log' | 'error', work: () => Promise<unknown>): Promise<unknown[][]> {
  const [said, real] = [[] as unknown[][], console[method]]
  console[method] = (...args: unknown[]) => void said.push(args)
  try {
    await work()
  } finally {
    console[method] = real
  }
  return said
}
