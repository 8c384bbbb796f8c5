#include "lua.h"
#include "lstate.h"
#include "ldo.h"

_Thread_local int lua_fuel;

int lua_fuel_get(void) { return lua_fuel; }
void lua_fuel_set(int fuel) { lua_fuel = fuel; }

/* Raises what ends the run: past message handlers, which a hook could not interrupt. */
void lua_raise_stop(lua_State *L) {
  lua_pushlightuserdata(L, NULL);
  L->errfunc = 0;
  luaD_throw(L, LUA_ERRRUN);
}
