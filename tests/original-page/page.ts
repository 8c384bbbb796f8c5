/**
 * A page that was written for the original package: it knows nothing of `createRunner`. Each
 * step notes what it saw.
 */

import {
  cleanupExpiredState,
  clearAllState,
  clearCache,
  DEFAULT_GLUE_PATH,
  deleteState,
  getAllStateRecords,
  getDefaultGluePath,
  getGluePath,
  getState,
  isRunnerLoaded,
  listAccessibleNamespaces,
  listKeys,
  loadRunner,
  MemoryBackend,
  preloadAllState,
  preloadState,
  registerNamespaces,
  resetRunnerState,
  runLua,
  type ScriptNamespaceConfig,
  STATE_DB_NAME,
  STATE_DB_VERSION,
  STATE_STORE_NAME,
  type StateRecord,
  setGluePath,
  setState,
  setStorageBackend,
  unregisterScript,
  watchState,
} from 'pubwiki-lua'
import { visitBackends } from './backends.js'
import { visitModules } from './modules.js'

const CONFIG: ScriptNamespaceConfig = {
  'myApp.player': { read: true, write: true, shared: false, persistent: true },
  'myApp.scores': { read: true, write: true, shared: true, persistent: true, quota: 1000 },
  'myApp.secret': { read: false, write: true, shared: false, persistent: true },
  'myApp.session': { read: true, write: true, shared: false, persistent: false, ttl: 60_000 },
}

const SCRIPT = `
  local State = require("file://state.lua")
  State.register("myScript_v1", {["myApp.player"] = {read = true, write = true, persistent = true}})
  State.set("myApp.player.level", (State.get("myApp.player.level", 0)) + 1)
  State.set("myApp.player.hint", "soon gone", 60000)
  State.set("myApp.player.hint2", "soon gone too", {ttl = 60000})
  print("level", State.get("myApp.player.level"))
  return State.get("myApp.player.level")
`

function thrown(action: () => unknown): string {
  try {
    action()
    return 'nothing'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What the page saw. */
export interface Seen {
  [step: string]: unknown
}

/** Runs the page. `web` is the host and port of a server that has `/plain.lua`. */
export async function visit(web: string): Promise<Seen> {
  const seen: Seen = {}
  seen['constants'] = [STATE_DB_NAME, STATE_DB_VERSION, STATE_STORE_NAME]
  resetRunnerState()
  seen['loaded before'] = isRunnerLoaded()
  setStorageBackend(new MemoryBackend())
  const path = getGluePath()
  setGluePath('/vendor/worker.js')
  seen['glue'] = [getDefaultGluePath() === DEFAULT_GLUE_PATH, new URL(getGluePath()).pathname]
  await loadRunner(path)
  seen['loaded'] = isRunnerLoaded()
  await loadRunner()
  seen['glue, too late'] = [thrown(() => setGluePath('/vendor/worker.js')) !== 'nothing', getGluePath() === path]
  seen['too late'] = thrown(() => setStorageBackend(new MemoryBackend()))

  registerNamespaces('page', CONFIG)
  seen['bad config'] = thrown(() => registerNamespaces('page', { nodot: { read: true, write: true } }))
  seen['namespaces'] = listAccessibleNamespaces('page')
  seen['no right to watch'] = thrown(() => watchState('page', 'myApp.secret.key', () => {}))

  const changes: unknown[] = []
  const unwatch = watchState('page', 'myApp.player.name', value => changes.push(value))
  await setState('page', 'myApp.player.name', 'Ada')
  await setState('page', 'myApp.player.name', 'Grace', { ttl: 60_000 })
  unwatch()
  await setState('page', 'myApp.player.name', 'Edsger')
  seen['changes'] = changes
  seen['value'] = await getState('page', 'myApp.player.name')
  seen['default'] = await getState('page', 'myApp.player.none', 'default')
  await setState('page', 'myApp.scores.best', 10)
  seen['shared'] = await getState('another', 'myApp.scores.best')
  seen['keys'] = await listKeys('page', 'myApp.player')
  seen['deleted'] = [await deleteState('page', 'myApp.player.name'), await deleteState('page', 'myApp.player.name')]

  seen['first run'] = await runLua(SCRIPT)
  seen['second run'] = await runLua(SCRIPT)
  seen['named run'] = await runLua('_G.__SCRIPT_ID = "myScript_v1" return State.get("myApp.player.level")')
  seen['failing run'] = await runLua('error("boom")', 'page')

  await preloadState('page', ['myApp.scores.best'])
  await preloadAllState()
  clearCache('page')
  clearCache()
  seen['after clearing the cache'] = await getState('page', 'myApp.scores.best')
  seen['records'] = (await getAllStateRecords()).map(({ key, value }: StateRecord) => [key, value])
  seen['expired'] = await cleanupExpiredState()
  unregisterScript('page')
  seen['unregistered'] = listAccessibleNamespaces('page')
  await clearAllState()
  seen['cleared'] = await getAllStateRecords()
  seen['modules'] = await visitModules(web)
  resetRunnerState()
  seen['backends'] = await visitBackends()
  return seen
}
