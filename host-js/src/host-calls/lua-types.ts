/** Definitions of the page's functions for editors of Lua, in LuaLS's annotations. */

import { checkKind, checkOptions, wrong } from '../checks/options.js'
import { atIndex } from '../checks/value-path.js'

/** A parameter or a result of a host function, for the editors of those who write scripts. */
export interface LuaTypeOfValue {
  /** Its name; a parameter's may end in `?` when it is optional, and is `...` for all that follow. */
  name?: string | undefined
  /** Its type in LuaLS's words, such as `string`, `integer[]` or `table<string, any>`; `any` by default. */
  type?: string | undefined
  /** What it is. */
  description?: string | undefined
}

/** A description of a host function, for the editors of those who write scripts. Nothing checks calls by it. */
export interface HostFunctionTypes {
  /** What it does. */
  description?: string | undefined
  /** What it takes, each with a name; anything by default. */
  params?: ReadonlyArray<LuaTypeOfValue & { name: string }> | undefined
  /** What it gives, with `[]` for nothing; anything by default. */
  returns?: readonly LuaTypeOfValue[] | undefined
}

const FIELDS = { description: 'a string', params: 'an array', returns: 'an array' } as const
const VALUE_FIELDS = { name: 'a string', type: 'a string', description: 'a string' } as const

const NAME = /^[A-Za-z_]\w*$/
const KEYWORDS =
  /^(and|break|do|else|elseif|end|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|until|while)$/
const LINE_BREAK = /\r\n?|\n/

const isName = (text: string) => NAME.test(text) && !KEYWORDS.test(text)

/** Throws an ArgumentError for what is not such a description. */
export function checkTypes(types: HostFunctionTypes): void {
  checkOptions(types, 'types', FIELDS, 'types.')
  for (const field of ['params', 'returns'] as const)
    for (const [index, value] of (types[field] ?? []).entries()) {
      const at = atIndex(`types.${field}`, index)
      checkOptions(value, at, VALUE_FIELDS, `${at}.`)
      const { name, type = '' } = value
      if (field === 'params') {
        checkKind(name, `${at}.name`, 'a string')
        const isLast = index + 1 === types.params?.length
        if (!(name === '...' && isLast) && !isName((name ?? '').replace(/\?$/, '')))
          throw wrong(
            `${at}.name`,
            "a parameter's is a Lua name, followed by ? when it is optional; the last may be ...",
          )
      }
      if (LINE_BREAK.test(`${name}${type}`)) throw wrong(at, 'its name and type hold no line break')
    }
}

/** The definitions of these functions, as the text of a file. */
export function luaTypes(functions: Iterable<readonly [name: string, types: HostFunctionTypes | undefined]>): string {
  let text = '---@meta\n'
  for (const [name, { description, params = [{ name: '...' }], returns = [{ name: '...' }] } = {}] of functions) {
    text += '\n'
    for (const line of description?.split(LINE_BREAK) ?? []) text += `---${line}\n`
    for (const { name, type, description } of params) text += annotation('param', [name, type ?? 'any', description])
    for (const { name, type, description } of returns)
      text += annotation('return', [type ?? 'any', name, description && `# ${description}`])
    const list = `(${params.map(({ name }) => name.replace('?', '')).join(', ')}) end\n`
    text += isName(name) ? `function host.${name}${list}` : `host[${quoted(name)}] = function${list}`
  }
  return text
}

function annotation(tag: string, parts: ReadonlyArray<string | undefined>): string {
  const line = parts.filter(part => part).join(' ')
  return `---@${tag} ${line.split(LINE_BREAK).join(' ')}\n`
}

/** A string as Lua writes it. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\(u[\da-f]{4}|.)/g, (all, escape: string) =>
    escape.length > 1 ? `\\u{${escape.slice(1)}}` : all,
  )
}
