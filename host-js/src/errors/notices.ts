/** Notices to the page, of what no call of its own reports. */

import { callBack } from './report.js'

/** A notice to the page. */
export interface Notice {
  /**
   * A stable word for the kind of notice: `STORAGE_LOST` (the browser removed a damaged database),
   * `UPDATE_NOT_SHARED` (the backend has no `compareAndSet`: an update is atomic in this browser alone), `OFFLINE` and
   * `ONLINE` (the backend's engine is not reached or does not let State hear of what is written, or is and does again), `ORIGINAL_DATA_LEFT` (not all of the original package's data could be imported), `STATE_FAILED`
   * or another error's code (a change that no call awaits failed), `PROTOCOL_ERROR`, `WORKER_NOT_ENDED` (WebKit could not end a
   * worker that was replaced or closed, which keeps a core busy until the tab is closed).
   */
  code: string
  /** A text that says what happened. */
  message: string
}

/** Gives a notice to the page's `onNotice` or, without one, to the console. */
export function notify(onNotice: ((notice: Notice) => void) | undefined, notice: Notice): void {
  if (onNotice) callBack(onNotice, notice)
  else console.warn(`pubwiki-lua: ${notice.message} (${notice.code})`)
}
