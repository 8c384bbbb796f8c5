/** Which process this is, and whether another lives. */

import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, as others find it. */
interface Process {
  readonly pid: number
  readonly started: string
  /** The machine's name, without what separates in a file's name. */
  readonly host: string
}

let known: Process | undefined

/** This process. Nothing is asked of the system before: Deno would ask for permissions. */
export function thisProcess(): Process {
  known ??= {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    host: hostname().replace(/[^A-Za-z0-9.]/g, '_'),
  }
  return known
}

/** Whether the process `pid` that had started at `started` lives. */
export function isAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // That it may not be told of says that it is there.
    if ((error as { code?: string }).code === 'ESRCH') return false
  }
  const now = startOf(pid)
  return now === null || started === '' || now === started
}

/** When a process started, in ticks since the machine did: another one may get its number. Null where that is not told. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field, in parentheses, may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
