/** How tests are described, as with vitest: by mocha in a page, by `tests/node/harness` elsewhere, and vitest's own `expect`. */

import { bdd } from 'test-runner'

export { expect } from './expect.js'
export const { describe, it, before: beforeAll, beforeEach, after: afterAll, afterEach } = bdd
