/** Definitions of the page's functions for editors of Lua. */

import { ArgumentError, type HostFunctionTypes } from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { start } from '../support/artifact.js'

describe('the definitions of host functions', () => {
  it('have what the page says of each, in the order of their registration', async () => {
    const runner = await start()
    expect(runner.luaTypes()).toBe('---@meta\n')

    runner.registerFunction('fetchPage', (title: string) => title, {
      description: 'The text of a page.\nOf this wiki alone.',
      params: [
        { name: 'title', type: 'string', description: 'Its title,\nwith its namespace' },
        { name: 'options?', type: 'table<string, any>' },
        { name: '...' },
      ],
      returns: [{ type: 'string?', name: 'text', description: 'Nil when there is none' }, { description: 'Why' }],
    })
    runner.registerFunction('anything', () => 1)
    runner.registerFunction('log', () => undefined, { params: [], returns: [] })

    expect(runner.luaTypes()).toBe(`---@meta

---The text of a page.
---Of this wiki alone.
---@param title string Its title, with its namespace
---@param options? table<string, any>
---@param ... any
---@return string? text # Nil when there is none
---@return any # Why
function host.fetchPage(title, options, ...) end

---@param ... any
---@return any ...
function host.anything(...) end

function host.log() end
`)
  })

  it('are those of the function that is registered last by a name', async () => {
    const runner = await start()
    runner.registerFunction('f', () => 1, { description: 'The first', returns: [] })
    runner.registerFunction('f', () => 1, { description: 'The second', params: [] })

    expect(runner.luaTypes()).toBe('---@meta\n\n---The second\n---@return any ...\nfunction host.f() end\n')
  })

  it('are Lua that defines each function, whatever its name', async () => {
    const names = [
      'plain',
      'two words',
      'end',
      'a"b',
      '\\u0041',
      'a\\',
      'é🦀',
      '\u0001\n\r\0',
      ']]',
      '1st',
      '__proto__',
    ]
    const runner = await start()
    for (const name of names) runner.registerFunction(name, () => name)
    const code = `
      local env, names = { host = {} }, {}
      assert(load(..., "types", "t", env))()
      for name, f in pairs(env.host) do names[#names + 1] = type(f) == "function" and name end
      return names`
    const { values } = await runner.run<[string[]]>(code, { scriptId: 'main', args: [runner.luaTypes()] })

    expect(values[0].sort()).toEqual(names.sort())
  })
})

describe('a description of a host function', () => {
  const wrong: Record<string, [types: unknown, path: string]> = {
    'that is text': ['text', 'types'],
    'with an unknown field': [{ result: [] }, 'types.result'],
    'with a parameter without a name': [{ params: [{ type: 'string' }] }, 'types.params[0].name'],
    'with a parameter that is not a name': [{ params: [{ name: 'a b' }] }, 'types.params[0].name'],
    'with a keyword as a parameter': [{ params: [{ name: 'a' }, { name: 'end?' }] }, 'types.params[1].name'],
    'with more behind the dots': [{ params: [{ name: '...' }, { name: 'a' }] }, 'types.params[0].name'],
    'with a type over two lines': [{ returns: [{ type: 'string\nfunction x() end' }] }, 'types.returns[0]'],
    'with a type that is not text': [{ returns: [{ type: 1 }] }, 'types.returns[0].type'],
    'with a result that is a string': [{ returns: ['string'] }, 'types.returns[0]'],
    'with results that are a string': [{ returns: 'string' }, 'types.returns'],
  }
  for (const [what, [types, path]] of Object.entries(wrong))
    it(`${what} is refused by its path, and nothing is registered`, async () => {
      const runner = await start()
      let failure: unknown
      try {
        runner.registerFunction('f', () => 1, types as HostFunctionTypes)
      } catch (error) {
        failure = error
      }

      expect(failure).toBeInstanceOf(ArgumentError)
      expect((failure as ArgumentError).path).toBe(path)
      expect(runner.luaTypes()).toBe('---@meta\n')
      const { values } = await runner.run('return host.f == nil', { scriptId: 'main' })
      expect(values).toEqual([true])
    })
})
