/**
 * Tells whether a worker that was told to end has ended. WebKit leaves one alone that computes in WebAssembly, which keeps a
 * core busy until the tab is closed; but it keeps the worker's Web Locks too, and so the page can tell.
 */

import { isWebKit } from '../spawn/web-kit.js'
import { Watchdog } from './watchdog.js'

/** How long a worker may take to end, in milliseconds. WebKit takes some 10 for one that it can end. */
const END_MS = 5_000

/** The message that has a worker hold a lock for as long as it lives; its first one, or none. */
export interface HoldMessage {
  /** The lock's name. */
  hold: string
}

/** A Web Lock that one worker holds. */
export class WorkerLock {
  readonly #name = `pubwiki-lua/worker/${crypto.randomUUID()}`

  /** Null where workers always end: a lock that is held keeps a page out of other browsers' cache of left pages. */
  static make(): WorkerLock | null {
    return isWebKit() && navigator.locks ? new WorkerLock() : null
  }

  /** What the worker is to be sent. */
  get message(): HoldMessage {
    return { hold: this.#name }
  }

  /** Whether it is let go of in time, after its worker was told to end. */
  async released(): Promise<boolean> {
    const giveUp = new AbortController()
    const watchdog = new Watchdog(() => giveUp.abort())
    watchdog.expect(this, END_MS, '')
    try {
      await navigator.locks.request(this.#name, { signal: giveUp.signal }, () => {})
      return true
    } catch {
      // Where a page may take no locks, no worker holds one.
      return !giveUp.signal.aborted
    } finally {
      watchdog.stop()
    }
  }
}
