//! Yields without an exception. One costs up to eight microseconds in some engines, while most yields have nothing
//! between them and the `resume` but the interpreter's loop, which can as well return.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "lstate.h",
        old: "  struct lua_longjmp *errorJmp;  /* current error recover point */\n",
        new: "  struct lua_longjmp *errorJmp;  /* current error recover point */\n  l_uint32 resumedCcalls;  /* 'nCcalls' where it was resumed */\n",
    },
    Patch {
        file: "lstate.c",
        old: "  L->errorJmp = NULL;\n",
        new: "  L->errorJmp = NULL;\n  L->resumedCcalls = ~(l_uint32)0;\n",
    },
    Patch {
        file: "ldo.c",
        old: "  luai_userstateresume(L, nargs);\n",
        new: "  luai_userstateresume(L, nargs);\n  L->resumedCcalls = L->nCcalls;\n",
    },
    // Who yields so returns a negative number. Its caller's trap is set, so that the loop looks.
    Patch {
        file: "ldo.c",
        old: "LUA_API int lua_yieldk (lua_State *L, int nresults, lua_KContext ctx,\n",
        new: "int luai_yield (lua_State *L) {\n\
              \x20 CallInfo *ci = L->ci;\n\
              \x20 if (L->nCcalls != L->resumedCcalls || !isLua(ci->previous) ||\n\
              \x20     GET_OPCODE(ci->previous->u.l.savedpc[-1]) != OP_CALL)\n    return 0;\n\
              \x20 luai_burn_silently(10);\n\
              \x20 L->status = LUA_YIELD;\n\
              \x20 ci->u2.nyield = cast_int(L->top.p - (ci->func.p + 1));\n\
              \x20 ci->u.c.k = NULL;\n\
              \x20 ci->previous->u.l.trap = 1;\n\
              \x20 return 1;\n}\n\n\n\
              LUA_API int lua_yieldk (lua_State *L, int nresults, lua_KContext ctx,\n",
    },
    Patch {
        file: "ldo.c",
        old: "  api_checknelems(L, n);\n  luaD_poscall(L, ci, n);\n  return n;\n",
        new: "  if (l_unlikely(n < 0)) return n;  /* yielded */\n  api_checknelems(L, n);\n  luaD_poscall(L, ci, n);\n  return n;\n",
    },
    Patch {
        file: "lvm.c",
        old: "    trap = luaG_traceexec(L, pc);  /* handle hooks */ \\\n",
        new: "    if (L->status == LUA_YIELD) { ci->u.l.trap = 0; return; } \\\n    trap = luaG_traceexec(L, pc);  /* handle hooks */ \\\n",
    },
    Patch {
        file: "ldo.c",
        old: "      luaV_execute(L, ci);  /* execute down to higher C 'boundary' */\n",
        new: "      luaV_execute(L, ci);  /* execute down to higher C 'boundary' */\n      if (L->status == LUA_YIELD) return;\n",
    },
    Patch {
        file: "ldo.c",
        old: "      luaV_execute(L, ci);  /* just continue running Lua code */\n",
        new: "      luaV_execute(L, ci);  /* just continue running Lua code */\n      if (L->status == LUA_YIELD) return;\n",
    },
    Patch {
        file: "ldo.c",
        old: "  status = precover(L, status);\n",
        new: "  status = precover(L, status);\n  if (status == LUA_OK) status = L->status;  /* yielded perhaps */\n",
    },
];
