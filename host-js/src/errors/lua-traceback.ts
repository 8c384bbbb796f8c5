/** Reads chunks and lines from Lua's messages and tracebacks. */

/** A call in a traceback. */
export interface LuaFrame {
  /** The name of the source, such as a file's; `[C]` for a function of Lua's own or of the page. */
  readonly chunk: string
  /** The line that was being run, from 1; absent for `[C]`. */
  readonly line?: number
  /** Lua's name for the function, such as `main chunk`, `function 'f'` or `function <main.lua:3>`. */
  readonly function: string
}

const PLACE = /^(\[string ".*?"\]|[^\n]*?):(\d+): /
const FRAME = /^\t(\[C\]|.*?)(?::(\d+))?: in (.*)$/

/** The place that a message begins with. */
export function placeOf(message: string): { chunk: string; line: number } | undefined {
  const [, chunk, line] = PLACE.exec(message) ?? []
  return chunk !== undefined && line !== undefined ? { chunk, line: Number(line) } : undefined
}

/** The calls of a traceback, the innermost first. */
export function framesOf(traceback: string): LuaFrame[] {
  return traceback.split('\n').flatMap(text => {
    const [, chunk, line, name] = FRAME.exec(text) ?? []
    if (chunk === undefined || name === undefined) return []
    return [{ chunk, ...(line === undefined ? {} : { line: Number(line) }), function: name }]
  })
}
