#include "lua.h"
#include "lstate.h"
#include "ldo.h"
#include "lgc.h"

_Thread_local int lua_fuel;
_Thread_local int lua_turn_due;
_Thread_local unsigned int lua_hash_seed;

#ifdef LUA_FAULTS
_Thread_local unsigned int lua_burns, lua_faulty_burn;

unsigned int lua_burns_get(void) { return lua_burns; }
void lua_faulty_burn_set(unsigned int burn) { lua_burns = 0; lua_faulty_burn = burn; }
#endif

int lua_fuel_get(void) {
#ifdef LUA_FAULTS
  luai_fault();
#endif
  return lua_fuel;
}
void lua_fuel_set(int fuel) { lua_fuel = fuel; }
void lua_turn_due_set(int due) { lua_turn_due = due; }

/* What the hashes of strings begin with in states made from now on. */
void lua_hash_seed_set(unsigned int seed) { lua_hash_seed = seed; }

/* Raises what ends the run: past message handlers, which a hook could not interrupt. */
void lua_raise_stop(lua_State *L) {
  lua_pushlightuserdata(L, NULL);
  L->errfunc = 0;
  luaD_throw(L, LUA_ERRRUN);
}

/* Whether closing the state would run finalizers. */
int lua_has_finalizers(lua_State *L) {
  global_State *g = G(L);
  return (g->finobj != NULL || g->tobefnz != NULL) && !lua_is_stopped(L);
}

/* Frees what the script has let go of. Raises nothing, and runs no finalizer: as for want of memory. */
void lua_collect(lua_State *L) {
  global_State *g = G(L);
  if (completestate(g) && !g->gcstopem) luaC_fullgc(L, 1);
}
