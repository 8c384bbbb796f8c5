import type { Value } from '../generated/protocol.js'
import { execute } from '../host/execute.js'
import { valueToStored } from '../stored.js'
import { defaultSession, loadRunner } from './default-runner.js'
import { floatText } from './float-text.js'

/**
 * Runs a script on the default runner and gives back as text what it printed and returned. A
 * failing script gives `error: ` and its message. Rejects only when the runner cannot be loaded.
 *
 * @param scriptId who the script acts as; without one, the script names itself
 */
export async function runLua(code: string | Uint8Array, scriptId?: string): Promise<string> {
  // What is reset while it loads is another runner, on another backend perhaps.
  const session = defaultSession()
  await loadRunner()
  try {
    const { output, values } = await execute(session, code, scriptId ?? null, {}, new AbortController().signal)
    return (output === '' ? '' : `${output}\n-- return --\n`) + returnedText(values[0] ?? 'Nil')
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`
  }
}

function returnedText(value: Value): string {
  if (value === 'Nil') return 'nil'
  if ('Bool' in value) return String(value.Bool)
  if ('Int' in value) return String(value.Int)
  if ('Float' in value) return floatText(value.Float)
  if ('Str' in value) return value.Str
  if ('Bytes' in value) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value.Bytes)
  return valueToStored(value, 'value')
}
