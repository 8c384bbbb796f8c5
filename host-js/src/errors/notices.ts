/** What a page may want to know, and no call of its own tells it. */

import { callBack } from './report.js'

/** Something that a page may want to know. */
export interface Notice {
  /**
   * A stable word for the kind of notice: `STORAGE_LOST` (the browser removed a damaged database),
   * `ORIGINAL_DATA_LEFT` (not all of the original package's data could be imported), `STATE_FAILED`
   * or another error's code (a change that no call awaits failed), `PROTOCOL_ERROR`.
   */
  code: string
  /** What happened. */
  message: string
}

/** Tells a page something: its own code or, where it has none for it, whoever reads the console. */
export function notify(onNotice: ((notice: Notice) => void) | undefined, notice: Notice): void {
  if (onNotice) callBack(onNotice, notice)
  else console.warn(`pubwiki-lua: ${notice.message} (${notice.code})`)
}
