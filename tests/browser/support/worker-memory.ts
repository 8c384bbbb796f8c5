import type { Runner } from 'pubwiki-lua'

export const MIB = 1024 * 1024

/** How many bytes a testing worker's module has. It never gives any back. */
export async function workerMemory(runner: Runner): Promise<number> {
  const { values } = await runner.run('return __test.memory()', { scriptId: 'main' })
  return Number(values[0])
}
