//! Calling what scripts lack says that it is left out, not only that it is nil.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "ldebug.c",
        old: "l_noret luaG_callerror (lua_State *L, const TValue *o) {\n",
        new: r#"/* Why what is called is not there, by the code that calls it, if scripts lack it or the page may have it. */
static const char *absence (lua_State *L, CallInfo *ci, const TValue *o) {
  static const char *const absent[][2] = {
#include "absent_names.h"
  };
  const char *table = "_G", *name = NULL, *kind, *tablekind;
  size_t n;
  Instruction i;
  if (!ttisnil(o) || !isLua(ci)) return NULL;
  i = ci_func(ci)->p->code[currentpc(ci)];
  if (GET_OPCODE(i) != OP_CALL && GET_OPCODE(i) != OP_TAILCALL) return NULL;
  kind = getobjname(ci_func(ci)->p, currentpc(ci), GETARG_A(i), &name);
  if (kind == NULL) return NULL;
  if (strcmp(kind, "field") == 0) {
    int pc = findsetreg(ci_func(ci)->p, currentpc(ci), GETARG_A(i));
    if (pc < 0) return NULL;
    i = ci_func(ci)->p->code[pc];
    if (GET_OPCODE(i) == OP_GETTABUP)
      table = upvalname(ci_func(ci)->p, GETARG_B(i));
    else if (GET_OPCODE(i) != OP_GETFIELD ||
             (tablekind = getobjname(ci_func(ci)->p, pc, GETARG_B(i), &table)) == NULL)
      return NULL;
    else if (strcmp(tablekind, "global") == 0 && strcmp(table, "host") == 0)
      return luaO_pushfstring(L, "the page has registered no function host.%s", name);
  }
  else if (strcmp(kind, "global") != 0) return NULL;
  for (n = 0; n < sizeof(absent) / sizeof(absent[0]); n++) {
    if (strcmp(absent[n][0], table) == 0 && strcmp(absent[n][1], name) == 0)
      return luaO_pushfstring(L, "%s%s%s is not available in the sandbox", *table == '_' ? "" : table,
                              *table == '_' ? "" : ".", name);
  }
  return NULL;
}


l_noret luaG_callerror (lua_State *L, const TValue *o) {
"#,
    },
    Patch {
        file: "ldebug.c",
        old: "  const char *extra = kind ? formatvarinfo(L, kind, name) : varinfo(L, o);\n  typeerror(L, o, \"call\", extra);\n",
        new: "  const char *extra = kind ? formatvarinfo(L, kind, name) : varinfo(L, o);\n  \
              const char *absent = absence(L, ci, o);\n  \
              if (absent) extra = luaO_pushfstring(L, \"%s: %s\", extra, absent);\n  \
              typeerror(L, o, \"call\", extra);\n",
    },
    // The sandbox's own chunks keep their upvalues: what they hold is not a script's to change.
    Patch {
        file: "ldblib.c",
        old: "static int auxupvalue (lua_State *L, int get) {\n  const char *name;\n  int n = (int)luaL_checkinteger(L, 2);  /* upvalue index */\n  luaL_checktype(L, 1, LUA_TFUNCTION);  /* closure */\n",
        new: "static int isscripts (lua_State *L, int index) {\n  \
              lua_Debug ar;\n  \
              if (lua_iscfunction(L, index)) return 0;\n  \
              lua_pushvalue(L, index);\n  \
              lua_getinfo(L, \">S\", &ar);\n  \
              return strncmp(ar.source, \"=[sandbox]\", 10) != 0;\n\
              }\n\n\
              static int auxupvalue (lua_State *L, int get) {\n  \
              const char *name;\n  \
              int n = (int)luaL_checkinteger(L, 2);  /* upvalue index */\n  \
              luaL_checktype(L, 1, LUA_TFUNCTION);  /* closure */\n  \
              if (!isscripts(L, 1)) return 0;\n",
    },
    Patch {
        file: "ldblib.c",
        old: "  luaL_checktype(L, argf, LUA_TFUNCTION);  /* closure */\n",
        new: "  luaL_checktype(L, argf, LUA_TFUNCTION);  /* closure */\n  \
              if (!isscripts(L, argf)) {\n    \
              if (pnup) luaL_argerror(L, argf, \"function of the script expected\");\n    \
              return NULL;\n  }\n",
    },
];
