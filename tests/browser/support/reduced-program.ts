/** Makes a program that fails smaller. */

/** Up to here each number of tokens is tried, since what can be left out is seldom a power of two long. */
const SHORT = 16

/**
 * The program without all that it fails without: no run of tokens can be left out, of those lengths that are tried.
 * `fails` is asked of each attempt, most of which are no Lua.
 */
export async function reducedProgram(code: string, fails: (code: string) => Promise<boolean>): Promise<string> {
  let tokens: string[] = code.match(/\s+|"[^"]*"|\w+|[^\w\s]/g) ?? []
  for (let before = Number.POSITIVE_INFINITY; tokens.length < before; ) {
    before = tokens.length
    for (let length = tokens.length >> 1; length > 0; length = length > SHORT ? length >> 1 : length - 1) {
      for (let at = 0; at < tokens.length; ) {
        const fewer = [...tokens.slice(0, at), ...tokens.slice(at + length)]
        if (await fails(fewer.join(''))) tokens = fewer
        else at += length > SHORT ? length >> 1 : 1
      }
    }
  }
  return tokens.join('')
}
