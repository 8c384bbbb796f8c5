/** What the benchmarks need of fengari, which brings no types. */
declare module 'fengari' {
  /** A Lua state. */
  type State = object
  /** A text as Lua's bytes. */
  type Text = Uint8Array

  export function to_luastring(text: string): Text
  export const lua: {
    LUA_MULTRET: number
    lua_gettop(L: State): number
    lua_isnumber(L: State, index: number): boolean
    lua_pcall(L: State, args: number, results: number, handler: number): number
    lua_pushcfunction(L: State, f: (L: State) => number): void
    lua_pushnumber(L: State, n: number): void
    lua_setglobal(L: State, name: Text): void
    lua_tojsstring(L: State, index: number): string | null
    lua_tonumber(L: State, index: number): number
  }
  export const lauxlib: {
    luaL_loadstring(L: State, code: Text): number
    luaL_newstate(): State
  }
  export const lualib: { luaL_openlibs(L: State): void }
}
