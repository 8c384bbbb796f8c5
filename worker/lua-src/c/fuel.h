/* The fuel that Lua burns. One variable a thread; on wasm that is a plain global. */
#ifndef fuel_h
#define fuel_h
struct lua_State;
extern _Thread_local int lua_fuel;
/* A safepoint found no fuel. Raises nothing: asks for a hook. Defined by the sandbox. */
extern void lua_out_of_fuel(struct lua_State *L);
#endif
