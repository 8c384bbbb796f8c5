/** What vitest exports, as far as our tests and the user's need it, in a page: mocha and vitest's own `expect`. */

import { bdd } from './page.js'

export { expect } from './expect.js'
export const { describe, it, before: beforeAll, beforeEach, after: afterAll, afterEach } = bdd
