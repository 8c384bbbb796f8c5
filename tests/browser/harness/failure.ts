/** What a report says of a test that failed. */

import { util } from 'chai'

export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stack = error.stack ?? ''
  const text = stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`
  if (!('actual' in error && 'expected' in error)) return text
  return `expected: ${show(error.expected)}\nactual:   ${show(error.actual)}\n${text}`
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : util.inspect(value, false, 4, false)
  return text.slice(0, 2000)
}
