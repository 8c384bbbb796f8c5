/** Fetches the worker's script when the worker does not start, so that the error can say why. */

/** How long the fetch may take, in milliseconds. */
const LOOK_MS = 5_000

/** The server's answer, as text that ends a message, and whether it cannot be a worker's script. */
export interface ScriptProbe {
  readonly text: string
  readonly isWrong: boolean
}

/** Fetches a worker's script and describes what came. Never rejects. */
export async function probeScript(url: string): Promise<ScriptProbe> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS) })
    const type = response.headers.get('content-type') ?? ''
    if (!response.ok) return wrong(`the server answers with status ${response.status}`, url)
    if (/^text\/html\b/i.test(type)) return wrong('a page of HTML is there, and no script', url)
    const text = await response.text()
    if (text.trim() === '') return wrong('the file that is there is empty', url)
    if (/^\s*</.test(text)) return wrong('HTML is there, and no script', url)
    if (!/\b(?:java|ecma)script\b/i.test(type))
      return wrong(`what is there is of the type ${JSON.stringify(type)}, and no script's`, url)
    return {
      text: `a script of ${text.length} characters is there, which is another one, or does not get on`,
      isWrong: false,
    }
  } catch (error) {
    return { text: `nothing can be read there: ${String(error)}`, isWrong: false }
  }
}

/** Vite's development server answers for what it has bundled ahead, which the worker's script is not part of. */
function wrong(what: string, url: string): ScriptProbe {
  const advice = /\/\.vite\/deps/.test(url)
    ? "; for Vite's development server, set optimizeDeps: { exclude: ['pubwiki-lua'] }"
    : ''
  return { text: what + advice, isWrong: true }
}
