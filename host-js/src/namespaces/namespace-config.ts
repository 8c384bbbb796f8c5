/** Checks the namespaces that a script declares. */

import { checkKind } from '../checks/options.js'
import { PermissionError, ValueError } from '../errors/error-classes.js'
import { NAMESPACE_NAME_BYTES, SCRIPT_ID_LENGTH } from '../generated/limits.js'
import type * as wire from '../generated/protocol.js'

/** The rules of a namespace. */
export interface NamespaceRules {
  /** Its keys may be read. */
  read: boolean
  /** Its keys may be written. */
  write: boolean
  /** Other scripts may do so too; false by default. */
  shared?: boolean | undefined
  /** The backend keeps its records, rather than memory alone; false by default. */
  persistent?: boolean | undefined
  /** Milliseconds that a record lives unless `set` says otherwise; over 0. */
  ttl?: number | undefined
  /** The most bytes that its keys and JSON values may take; over 0. */
  quota?: number | undefined
}

/** The namespaces that a script declares, by name. */
export type ScriptNamespaceConfig = Record<string, NamespaceRules>

const NAME = /^[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)+$/
const FIELDS = ['read', 'write', 'shared', 'persistent', 'ttl', 'quota'] as const

/** Throws an ArgumentError when `id` is not a string, and a ValueError for an invalid script id. */
export function checkScriptId(id: unknown): asserts id is string {
  checkKind(id, 'scriptId', 'a string')
  const text = id as string
  if (/^[A-Za-z0-9_-]+$/.test(text) && text.length <= SCRIPT_ID_LENGTH) return
  const shown = JSON.stringify(text.slice(0, SCRIPT_ID_LENGTH))
  const rule = `it takes 1 to ${SCRIPT_ID_LENGTH} letters, digits, '_' and '-'`
  throw new ValueError(`${shown} is not a valid script id: ${rule}`, { path: 'scriptId' })
}

/**
 * Checks what `script` declares. Throws a ValueError for a declaration that is invalid, and a
 * PermissionError for a name that is not the script's to declare.
 */
export function toDeclarations(script: string, config: ScriptNamespaceConfig): wire.Declaration[] {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ValueError('config: it takes an object from namespaces to their permissions', { path: 'config' })
  }
  return Object.entries(config).map(([name, rules]) => {
    checkName(script, name)
    return { name, config: checkRules(name, rules) }
  })
}

function checkName(script: string, name: string): void {
  if (name.length > NAMESPACE_NAME_BYTES || !NAME.test(name)) {
    throw invalid(
      name.slice(0, NAMESPACE_NAME_BYTES),
      "it takes letters, digits and '_' in two or more parts with dots between, 255 in all",
    )
  }
  const refused = (why: string) =>
    new PermissionError(`script '${script}' may not register the namespace '${name}': ${why}`)
  const [first, owner] = name.split('.')
  if (first === 'system' || first === '_internal') throw refused(`'${first}.*' is reserved`)
  if (first === 'script' && owner !== script) throw refused(`'script.${owner}.*' belongs to script '${owner}'`)
}

function checkRules(name: string, rules: unknown): wire.NamespaceConfig {
  if (typeof rules !== 'object' || rules === null)
    throw invalid(name, 'it takes an object such as { read: true, write: true }')
  const unknown = Object.keys(rules).find(field => !FIELDS.some(known => known === field))
  if (unknown !== undefined) throw invalid(`${name}.${unknown}`, `there is no such field; see ${FIELDS.join(', ')}`)
  const given: Partial<Record<(typeof FIELDS)[number], unknown>> = rules
  const flag = (field: 'read' | 'write' | 'shared' | 'persistent', fallback?: boolean) => {
    const value = given[field] ?? fallback
    if (typeof value !== 'boolean') throw invalid(`${name}.${field}`, 'it takes true or false')
    return value
  }
  const amount = (field: 'ttl' | 'quota') => {
    const value = given[field]
    if (value === undefined || value === null) return null
    if (typeof value !== 'number' || !(value > 0 && value < Infinity))
      throw invalid(`${name}.${field}`, 'it takes a positive number')
    return value
  }
  const config = {
    read: flag('read'),
    write: flag('write'),
    shared: flag('shared', false),
    persistent: flag('persistent', false),
    ttl: amount('ttl'),
    quota: amount('quota'),
  }
  if (name.startsWith('temp.') && (config.shared || config.persistent)) {
    throw invalid(name, "what is in 'temp.*' is neither shared nor persistent")
  }
  return config
}

function invalid(what: string, why: string): ValueError {
  return new ValueError(`a namespace's declaration is invalid: ${what}: ${why}`, { path: `config.${what}` })
}
