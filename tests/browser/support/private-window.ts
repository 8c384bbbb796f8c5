/** xtask opens test files that import this in a private window. */

import { engine } from './engine.js'

/** Chromium keeps the files of a private window in memory, and others give it none. */
export const keepsPrivateFiles = engine === 'chromium'
