/** Keeps a folder to one worker, over all processes of the machine. */

import { readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, thisProcess } from './processes.js'

/** How a lock's file is called: `lock-HOST-PID-STARTED-NUMBER`, the number at random. */
const NAME = /^lock-(?<host>[^-]*)-(?<pid>\d+)-(?<started>\d*)-\d+$/
/** How long is tried, and how often, in milliseconds: a worker that was ended lets go only when its thread has. */
const PATIENCE_MS = 3_000
const PAUSE_MS = 50
/** How often a lock's file is touched, and after how long without it another machine's counts no more. */
const TOUCH_MS = 1_000
const LEASE_MS = 15_000

/**
 * A lock of a folder: a file of its own there. Who takes it makes its file first and looks for others' then,
 * so of two at least one sees the other. One that belongs to a process that has died is removed.
 */
export class FolderLock {
  readonly #folder: string
  readonly #name: string
  #touching: ReturnType<typeof setInterval> | undefined
  #given = false

  constructor(folder: string) {
    this.#folder = folder
    const { host, pid, started } = thisProcess()
    this.#name = `lock-${host}-${pid}-${started}-${Math.floor(Math.random() * 2 ** 48)}`
  }

  /** Resolves when it is held. Rejects with what the file system failed with, or when another holds it. */
  async take(): Promise<void> {
    const until = performance.now() + PATIENCE_MS
    for (;;) {
      writeFileSync(this.#path, '.')
      const other = this.#other()
      if (other === null) break
      unlinkSync(this.#path)
      if (performance.now() > until) throw new Error(inUse(other))
      // Two that try at once do not meet again and again.
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS * (1 + Math.random())))
      if (this.#given) throw new Error('it was given up')
    }
    this.#touching = setInterval(() => this.#touch(), TOUCH_MS)
    this.#touching.unref()
  }

  /** Lets go of it, or gives up taking it. */
  release(): void {
    this.#given = true
    clearInterval(this.#touching)
    remove(this.#path)
  }

  get #path(): string {
    return join(this.#folder, this.#name)
  }

  /** The file of another's lock that counts. Those that do not are removed. */
  #other(): string | null {
    const now = statSync(this.#path).mtimeMs
    for (const name of readdirSync(this.#folder)) {
      const owner = NAME.exec(name)?.groups
      if (!owner || name === this.#name) continue
      const path = join(this.#folder, name)
      const { host = '', pid, started = '' } = owner
      const counts = host === thisProcess().host ? isAlive(Number(pid), started) : isFresh(path, now)
      if (counts) return path
      remove(path)
    }
    return null
  }

  #touch(): void {
    try {
      // The clock of whoever keeps the files counts.
      writeFileSync(this.#path, '.')
    } catch {
      // The folder is gone, and with it what was to be kept.
    }
  }
}

function isFresh(path: string, now: number): boolean {
  try {
    return now - statSync(path).mtimeMs < LEASE_MS
  } catch {
    return false
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It is gone already.
  }
}

function inUse(path: string): string {
  return `another runner or process has the folder open, and only one can: close that, or use another folder (its lock is ${path})`
}
