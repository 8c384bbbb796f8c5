//! Functions of Lua's libraries that call the script's, and can be left meanwhile (see `c/leave.h`).

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "lbaselib.c",
        old: "static int luaB_tostring (lua_State *L) {\n  luaL_checkany(L, 1);\n  luaL_tolstring(L, 1, NULL);\n  return 1;\n}\n",
        new: r#"#include "leave.h"
static int tostring_again (lua_State *L, int status, lua_KContext ctx) {
  (void)status; (void)ctx;
  lua_staying(L);
  if (lua_tolstring(L, -1, NULL) == NULL)
    luaL_error(L, "'__tostring' must return a string");
  return 1;
}


static int luaB_tostring (lua_State *L) {
  luaL_checkany(L, 1);
  lua_leavableat(L, 0, tostring_again);
  luaL_tolstring(L, 1, NULL);
  lua_staying(L);
  return 1;
}
"#,
    },
    // Most items need no metamethod.
    Patch {
        file: "lbaselib.c",
        old: "  lua_pushinteger(L, i);\n  return (lua_geti(L, 1, i) == LUA_TNIL) ? 1 : 2;\n",
        new: r#"  lua_pushinteger(L, i);
  if (lua_type(L, 1) == LUA_TTABLE) {
    if (lua_rawgeti(L, 1, i) != LUA_TNIL) return 2;
    if (!lua_getmetatable(L, 1)) return 1;
    lua_settop(L, 3);
  }
  lua_leavableat(L, 0, ipairs_again);
  lua_geti(L, 1, i);
  return ipairs_again(L, LUA_OK, 0);
"#,
    },
    Patch {
        file: "lbaselib.c",
        old: "static int ipairsaux (lua_State *L) {\n",
        new: r#"#include "leave.h"
static int ipairs_again (lua_State *L, int status, lua_KContext ctx) {
  (void)status; (void)ctx;
  lua_staying(L);
  return lua_isnil(L, -1) ? 1 : 2;
}


static int ipairsaux (lua_State *L) {
"#,
    },
];
