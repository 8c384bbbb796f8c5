/** How tests are described, as with vitest: by mocha in a page, and vitest's own `expect`. */

import { bdd } from './page.js'

export { expect } from './expect.js'
export const { describe, it, before: beforeAll, beforeEach, after: afterAll, afterEach } = bdd
