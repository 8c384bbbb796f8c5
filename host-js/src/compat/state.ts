/** The original package's State functions, on the default runner. */

import { RunnerState, type SetOptions } from '../api/runner-state.js'
import { askStore } from '../client/requests.js'
import { report } from '../errors/report.js'
import type { ScriptNamespaceConfig } from '../namespaces/namespace-config.js'
import type { WatchCallback } from '../session/watches.js'
import type { StateRecord } from '../values/state-record.js'
import { defaultSession, startedSession } from './default-runner.js'

/** The name of the original package's database. */
export const STATE_DB_NAME = 'pubwiki_lua_state'

/** The version of the original package's database. */
export const STATE_DB_VERSION = 3

/** The name of the store in the original package's database. */
export const STATE_STORE_NAME = 'namespace_data'

function state(): RunnerState {
  return new RunnerState(defaultSession())
}

/**
 * Declares namespaces for a script: all of them, or none. Throws a ValueError for a bad
 * declaration, and a PermissionError for a name that is not the script's to declare.
 */
export function registerNamespaces(scriptId: string, config: ScriptNamespaceConfig): void {
  state().registerNamespaces(scriptId, config)
}

/** Takes back what a script has declared; its records stay. */
export function unregisterScript(scriptId: string): void {
  state().unregisterScript(scriptId)
}

/** The namespaces that a script may use, sorted. */
export function listAccessibleNamespaces(scriptId: string): string[] {
  return state().listNamespaces(scriptId)
}

/** The value, or `defaultValue` when there is none or it has expired. */
export async function getState(scriptId: string, key: string, defaultValue?: unknown): Promise<unknown> {
  return state().get(scriptId, key, defaultValue)
}

/** Stores a value; undefined deletes it. Resolves when that is durable. */
export async function setState(scriptId: string, key: string, value: unknown, options?: SetOptions): Promise<void> {
  await state().set(scriptId, key, value, options)
}

/** Deletes a value; true when there was one. Resolves when that is durable. */
export async function deleteState(scriptId: string, key: string): Promise<boolean> {
  return state().delete(scriptId, key)
}

/** The keys that begin with `prefix` and that the script may read, sorted. */
export async function listKeys(scriptId: string, prefix: string): Promise<string[]> {
  return state().list(scriptId, prefix)
}

/**
 * Calls `callback` whenever the key changes, by any script, page or tab. Returns a function that ends the watch. Throws
 * a PermissionError when the script may not read it.
 */
export function watchState(scriptId: string, key: string, callback: WatchCallback): () => void {
  return state().watch(scriptId, key, callback)
}

/** Removes what has expired; gives how many there were. */
export async function cleanupExpiredState(): Promise<number> {
  return state().cleanupExpired()
}

/** Removes every record, of every script. */
export async function clearAllState(): Promise<void> {
  await state().clear()
}

/** Reads keys from the backend before they are needed. */
export async function preloadState(scriptId: string, keys: readonly string[]): Promise<void> {
  await state().preload(scriptId, keys)
}

/** Reads everything from the backend before it is needed. */
export async function preloadAllState(): Promise<void> {
  await askStore(await defaultSession().client(), 'Preload', 'Done')
}

/** Every record, of every script. */
export async function getAllStateRecords(): Promise<StateRecord[]> {
  return state().records()
}

/**
 * Drops from memory what can be read again, of every script, but never what is not
 * written yet.
 */
export function clearCache(_scriptId?: string): void {
  // A session that has not begun has cached nothing.
  startedSession()
    ?.client()
    .then(client => askStore(client, 'ClearCache', 'Done'))
    .catch(report)
}
