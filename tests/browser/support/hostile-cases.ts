/** Reads the cases of a file of `tests/hostile`. */

import type { RunLimits } from 'pubwiki-lua'

/** A hostile script. */
export interface Case {
  tries: string
  /** The kind of end, and what belongs to it. */
  expected: [kind: string, rest: string]
  limits: RunLimits
  /** Whether others wait for it in the portable artifact: until it is ended, or for one long step. */
  holds: 'nobody' | 'portable'
  code: string
}

/** All of a file's scripts. */
export function parseCases(text: string): Case[] {
  return text.split('--- tries ').slice(1).map(parseCase)
}

function parseCase(text: string): Case {
  const lines = text.split('\n')
  const tries = lines.shift() ?? ''
  const headers = new Map<string, string>()
  while (lines[0]?.startsWith('--- ')) {
    const [, name = '', rest = ''] = /^--- (\w+) ?(.*)$/.exec(lines.shift() ?? '') ?? []
    headers.set(name, rest)
  }
  const [, kind, rest] = /^(returns|error|code|limit) ?(.*)$/.exec(headers.get('expects') ?? '') ?? []
  if (kind === undefined || rest === undefined) throw new Error(`${tries}: expects nothing that is known`)
  const limits = JSON.parse(headers.get('limits') ?? '{}') as RunLimits
  const holds = headers.get('holds') ?? 'nobody'
  if (holds !== 'nobody' && holds !== 'portable') throw new Error(`${tries}: holds what is not known`)
  return { tries, expected: [kind, rest], limits, holds, code: lines.join('\n') }
}
