/** Checks the page's arguments and options: an error names the one that is wrong, and what to pass instead. */

import { ArgumentError } from '../errors/error-classes.js'
import { atIndex } from './value-path.js'

/** Kinds of values, in the words of messages. */
const KINDS = {
  'a string': (value: unknown) => typeof value === 'string',
  'true or false': (value: unknown) => typeof value === 'boolean',
  'a number': (value: unknown) => typeof value === 'number',
  'a function': (value: unknown) => typeof value === 'function',
  'an object': (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'an array': (value: unknown) => Array.isArray(value),
  // One of another realm is not an instance of this one's class.
  'an AbortSignal': (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<AbortSignal>).addEventListener === 'function',
}

/** A kind of value; `anything` is checked elsewhere. */
export type Kind = keyof typeof KINDS | 'anything'

/** Throws an ArgumentError, which begins with `path`, for a value of another kind. */
export function checkKind(value: unknown, path: string, kind: Exclude<Kind, 'anything'>, example = ''): void {
  if (!KINDS[kind](value)) throw wrong(path, `it takes ${kind}${example}, not ${describe(value)}`)
}

/** The same for an optional value. */
export function checkOptional(value: unknown, path: string, kind: Exclude<Kind, 'anything'>): void {
  if (value !== undefined) checkKind(value, path, kind)
}

/** The same for one of some words, which may be absent. */
export function checkWord(value: unknown, path: string, words: readonly string[]): void {
  if (value === undefined || words.some(word => word === value)) return
  throw wrong(path, `it takes ${words.map(word => `'${word}'`).join(' or ')}, not ${describe(value)}`)
}

/** The same for a string that is a key, or what keys begin with. */
export function checkKey(value: unknown, path = 'key'): asserts value is string {
  checkKind(value, path, 'a string', " such as 'script.main.visits'")
}

/** The same for an array of keys. */
export function checkKeys(values: unknown, path = 'keys'): asserts values is string[] {
  checkKind(values, path, 'an array')
  for (const [index, value] of Array.from(values as unknown[]).entries()) checkKey(value, atIndex(path, index))
}

/**
 * Throws an ArgumentError when `options` is not an object, for an unknown option, and for one of another
 * kind than `kinds` says. Those of `limits` are at `limits.`.
 */
export function checkOptions(options: unknown, name: string, kinds: Readonly<Record<string, Kind>>, at = ''): void {
  checkKind(options, name, 'an object')
  const known = Object.keys(kinds)
  const unknown = Object.keys(options as object).find(option => !Object.hasOwn(kinds, option))
  if (unknown !== undefined) throw wrong(at + unknown.slice(0, 64), `there is no such option, only ${list(known)}`)
  for (const option of known) {
    const kind = kinds[option]
    const value: unknown = (options as Record<string, unknown>)[option]
    if (kind && kind !== 'anything' && value !== undefined) checkKind(value, at + option, kind)
  }
}

/** The error of a value that a page has given at `path`. */
export function wrong(path: string, why: string): ArgumentError {
  return new ArgumentError(`${path}: ${why}`, { path })
}

/** A value of any kind in a few words. */
export function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (typeof value === 'string')
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`
  if (Array.isArray(value)) return 'an array'
  return /^[aeiou]/.test(typeof value) ? `an ${typeof value}` : `a ${typeof value}`
}

function list(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join()
}
