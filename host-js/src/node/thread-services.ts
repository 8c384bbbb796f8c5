/** Holds locks and folders for one thread, and lets go of them when it ends. */

import { FolderLock } from './folder-lock.js'
import { takeLock } from './named-locks.js'
import { type Ask, isAsk, type Told } from './services.js'

/** What is held: to let go of it, or of the wish for it. */
type Release = () => void

/** The services to one thread. */
export class ThreadServices {
  readonly #tell: (told: Told) => void
  readonly #held = new Map<number, Release>()

  /** `tell` sends an answer to the thread. */
  constructor(tell: (told: Told) => void) {
    this.#tell = tell
  }

  /** Whether a message of the thread's was for here. */
  serve(message: unknown): boolean {
    if (!isAsk(message)) return false
    if ('release' in message) this.#release(message.release)
    else if ('lock' in message)
      this.#held.set(
        message.ask,
        takeLock(message.lock, () => this.#tell({ granted: message.ask })),
      )
    else void this.#openFolder(message)
    return true
  }

  /** The thread has ended. */
  end(): void {
    for (const id of [...this.#held.keys()]) this.#release(id)
  }

  #release(id: number): void {
    const release = this.#held.get(id)
    this.#held.delete(id)
    release?.()
  }

  async #openFolder({ ask, folder }: Extract<Ask, { folder: string }>): Promise<void> {
    const lock = new FolderLock(folder)
    this.#held.set(ask, () => lock.release())
    try {
      await lock.take()
      this.#tell({ granted: ask })
    } catch (error) {
      this.#release(ask)
      this.#tell({ refused: ask, message: error instanceof Error ? error.message : String(error) })
    }
  }
}
