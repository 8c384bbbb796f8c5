/* The libraries that no script gets: mlua names them, and never opens them here. */
struct lua_State;
int luaopen_io(struct lua_State *L) { (void)L; return 0; }
int luaopen_package(struct lua_State *L) { (void)L; return 0; }
