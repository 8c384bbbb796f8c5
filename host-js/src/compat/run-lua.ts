import { WholeFloat } from '../codec/value-reader.js'
import { inTurns } from '../event-loop/steps.js'
import { execute } from '../session/execute.js'
import { toJsonTextInSteps } from '../values/json-text.js'
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
    const { output, values } = await execute(session, code, scriptId ?? null, {}, new AbortController().signal, true)
    return (output === '' ? '' : `${output}\n-- return --\n`) + (await returnedText(values[0]))
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function returnedText(value: unknown): Promise<string> {
  if (value === undefined) return 'nil'
  if (value instanceof WholeFloat) return floatText(value.value)
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return floatText(value)
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value)
  return typeof value === 'object' ? inTurns(toJsonTextInSteps(value, 'value')) : String(value)
}
