/** A page written for the original package runs unchanged. */

import { visit } from '../../original-page/page.js'
import { expect, it } from '../harness/index.js'
import '../support/artifact.js'

const record = { key: 'page:my.app:k', value: { a: [1, null] }, createdAt: 1, updatedAt: 2, expiresAt: 4e12 }
const backend = {
  byItself: [record, [record], undefined],
  counts: ['1', '2'],
  keys: ['page:script.page:n', 'page:script.page:soon'],
}

describe('a page of the original package', () => {
  it('sees what it saw', async () => {
    const { modules, backends, ...seen } = await visit(new URLSearchParams(location.search).get('web') ?? '')

    expect(seen).toEqual({
      constants: ['pubwiki_lua_state', 3, 'namespace_data'],
      'loaded before': false,
      loaded: true,
      glue: [true, '/vendor/worker.js'],
      'glue, too late': [true, true],
      'too late': 'Cannot set storage backend after state manager has been initialized',
      'bad config': expect.stringContaining('nodot'),
      namespaces: ['myApp.player', 'myApp.scores', 'myApp.secret', 'myApp.session', 'script.page', 'temp'],
      'no right to watch': expect.stringContaining('myApp.secret'),
      changes: ['Ada', 'Grace'],
      value: 'Edsger',
      default: 'default',
      shared: 10,
      keys: ['myApp.player.name'],
      deleted: [true, false],
      'first run': 'level\t1\n\n-- return --\n1',
      'second run': 'level\t2\n\n-- return --\n2',
      'named run': '2',
      'failing run': expect.stringMatching(/^error: .*boom/),
      'after clearing the cache': 10,
      records: expect.arrayContaining([
        ['*:myApp.scores:best', 10],
        ['myScript_v1:myApp.player:level', 2],
      ]),
      expired: 0,
      unregistered: ['script.page', 'temp'],
      cleared: [],
    })
    expect(modules).toEqual({
      listed: ['greet.lua', 'count.lua', 'later.lua'],
      required: 'hello page',
      'loaded once a run': '2',
      size: 3,
      fetched: expect.stringContaining('/plain.lua'),
      'size with the fetched': 4,
      'size without the fetched': 3,
      'listed without the removed': ['count.lua', 'later.lua'],
      removed: expect.stringMatching(/^error: .*greet\.lua/),
      cleared: [[], 0],
    })
    expect(backends).toEqual({
      IndexedDBBackend: backend,
      LocalStorageBackend: backend,
      'LocalStorageBackend without a prefix': backend,
      MemoryBackend: backend,
      "the page's own": backend,
    })
  })
})
