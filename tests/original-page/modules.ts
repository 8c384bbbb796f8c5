/** What the original's page does with modules. */

import {
  clearModuleCache,
  clearRemoteModuleCache,
  getModuleCacheSize,
  listFileModules,
  registerFileModule,
  removeFileModule,
  runLua,
  uploadFileModule,
} from 'pubwiki-lua'
import type { Seen } from './page.js'

/** `web` is the host and port of a server that has `/plain.lua`. */
export async function visitModules(web: string): Promise<Seen> {
  const seen: Seen = {}
  registerFileModule('greet.lua', 'return function(name) return "hello " .. name end')
  registerFileModule('file://count.lua', 'local n = 0 return function() n = n + 1 return n end')
  uploadFileModule('later.lua', 'return { later = true }')
  seen['listed'] = listFileModules()
  seen['required'] = await runLua('return require("file://greet.lua")("page")', 'page')
  seen['loaded once a run'] = await runLua('require("file://count.lua")() return require("file://count.lua")()', 'page')
  seen['size'] = getModuleCacheSize()

  seen['fetched'] = await runLua(`return require("http://${web}/plain.lua").name`, 'page')
  seen['size with the fetched'] = getModuleCacheSize()
  clearRemoteModuleCache()
  seen['size without the fetched'] = getModuleCacheSize()

  removeFileModule('file://greet.lua')
  seen['listed without the removed'] = listFileModules()
  seen['removed'] = await runLua('require("file://greet.lua")', 'page')
  clearModuleCache()
  seen['cleared'] = [listFileModules(), getModuleCacheSize()]
  return seen
}
