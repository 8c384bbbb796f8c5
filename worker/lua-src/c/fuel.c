#include "fuel.h"
_Thread_local int lua_fuel;
int lua_fuel_get(void) { return lua_fuel; }
void lua_fuel_set(int fuel) { lua_fuel = fuel; }
