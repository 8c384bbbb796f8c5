/** fengari in a worker: takes Lua source, answers what it returns. */

import { lauxlib, lua, lualib, to_luastring } from 'fengari'

/** Each script has a Lua state of its own, as in our runs. */
function run(code: string): unknown[] {
  const L = lauxlib.luaL_newstate()
  lualib.luaL_openlibs(L)
  lua.lua_pushcfunction(L, L => {
    lua.lua_pushnumber(L, performance.now() / 1000)
    return 1
  })
  lua.lua_setglobal(L, to_luastring('clock'))
  if (lauxlib.luaL_loadstring(L, to_luastring(code)) || lua.lua_pcall(L, 0, lua.LUA_MULTRET, 0)) {
    throw new Error(lua.lua_tojsstring(L, -1) ?? 'it raised a value that is no text')
  }
  return Array.from({ length: lua.lua_gettop(L) }, (_, index) =>
    lua.lua_isnumber(L, index + 1) ? lua.lua_tonumber(L, index + 1) : lua.lua_tojsstring(L, index + 1),
  )
}

addEventListener('message', ({ data }: MessageEvent<{ code: string }>) => {
  try {
    postMessage({ values: run(data.code) })
  } catch (error) {
    postMessage({ error: String(error) })
  }
})
