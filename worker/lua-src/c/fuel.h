/* The fuel that Lua burns, and the seed of its hashes. One variable a thread; on wasm that is a
   plain global.
   Included before every file of Lua. */
#ifndef fuel_h
#define fuel_h
struct lua_State;
extern _Thread_local int lua_fuel;
/* Whether the run is to end. Defined by the sandbox. */
extern int lua_is_stopped(struct lua_State *L);
/* Lua's own would be a second and an address, and who knows those can choose strings that all
   have one hash. */
extern _Thread_local unsigned int lua_hash_seed;
#define luai_makeseed(L) ((void)(L), lua_hash_seed)
/* A safepoint of the VM had found no fuel. Raises nothing: asks for a hook. Defined by the sandbox. */
extern void lua_out_of_fuel(struct lua_State *L);
/* A loop in C found no fuel. Raises what ends the run. Defined by the sandbox. */
extern void lua_out_of_fuel_in_c(struct lua_State *L);
/* A loop in C that can be left found no fuel. Gives whether it is to leave (see leave.h), or raises what
   ends the run. Defined by the sandbox. */
extern int lua_out_of_fuel_in_loop(struct lua_State *L);
/* Whether others' turn is due while the run cannot be left. Where it can again, it asks for a hook. */
extern _Thread_local int lua_turn_due;
#ifdef LUA_UNMETERED
/* For measuring alone: what the fuel costs. Nothing can be stopped. */
#define luai_is_empty(n) 0
#define luai_at_trap(L) ((void)(L))
#define luai_burn(L, n) ((void)(L))
#define luai_pause(L, n) ((void)(L), 0)
#define luai_at_way_out(L) ((void)(L))
#define luai_burn_silently(n) ((void)0)
#define luai_burn_block(n) ((void)0)
#define luai_burn_links(n) ((void)0)
#define luai_burn_long(L, n) ((void)(L))
#define luai_after_c(L, ci) ((void)(L))
#else
#ifdef LUA_FAULTS
/* Native tests name a place where fuel is burnt by its number: there is none left there. */
extern _Thread_local unsigned int lua_burns, lua_faulty_burn;
#define luai_fault() ((void)(++lua_burns == lua_faulty_burn && (lua_fuel = -1)))
#else
#define luai_fault() ((void)0)
#endif
/* Burns n units, and tells whether there were fewer. */
#define luai_is_empty(n) (luai_fault(), (lua_fuel -= (n)) < 0)
/* Whoever set the trap may have had no fuel. */
#define luai_at_trap(L) ((void)(lua_fuel < 0 && (lua_out_of_fuel(L), 0)))
/* Burns n units where an error may be raised. */
#define luai_burn(L, n) \
  ((void)(luai_fault(), (lua_fuel -= (int)(n)) < 0 && (lua_out_of_fuel_in_c(L), 0)))
/* The same in a loop that can be left; gives whether it is to. */
#define luai_pause(L, n) \
  (luai_fault(), (lua_fuel -= (int)(n)) < 0 && lua_out_of_fuel_in_loop(L))
/* Where the run can be left perhaps, and could not before. */
#define luai_at_way_out(L) \
  ((void)(l_unlikely(lua_turn_due) && yieldable(L) && (lua_out_of_fuel(L), 0)))
/* Burns for a walk over n bytes, which hardly ever are many. */
#define luai_burn_long(L, n) \
  ((void)((n) >= 64 && (luai_burn(L, (n) >> 3), 0)))
/* What a function in C burnt silently: Lua code that called it has no safepoint perhaps, and C none. It may have been what could
   not be left, too. */
#define luai_after_c(L, ci) \
  ((void)(luai_fault(), l_unlikely(lua_fuel <= 0) && \
    (isLua((ci)->previous) ? lua_out_of_fuel(L) : lua_out_of_fuel_in_c(L), 0)), luai_at_way_out(L))
/* Burns n units where nothing may be raised: the next safepoint sees it. */
#define luai_burn_silently(n) \
  ((void)(lua_fuel > 0 && (lua_fuel -= (int)(n))))
/* The same for the n links of a chain, which has few. */
#define luai_burn_links(n) ((void)(l_unlikely((n) > 8) && (luai_burn_silently(n), 0)))
/* The same for a block of n bytes, which is seldom large. */
#define luai_burn_block(n) ((void)((n) >= 1024 && (luai_burn_silently((n) >> 6), 0)))
#endif
#endif
