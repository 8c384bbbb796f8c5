//! What `c/leave.c` needs: the bits of a function's frame, the thread's count of them, and what
//! asks for them.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "lstate.h",
        old: "#define CIST_CLSRET\t(1<<9)  /* function is closing tbc variables */\n",
        new: "#define CIST_CLSRET\t(1<<9)  /* function is closing tbc variables */\n\
              #define CIST_LEAVE\t(1<<14)  /* function can be left */\n\
              #define CIST_LEFT\t(1<<15)  /* what it worked on is in its copy */\n\
              extern void luai_keep (lua_State *L, int errcode);\n\
              extern void luai_raising (lua_State *L);\n",
    },
    Patch {
        file: "lstate.h",
        old: "  struct lua_longjmp *errorJmp;  /* current error recover point */\n",
        new: "  struct lua_longjmp *errorJmp;  /* current error recover point */\n  int nleave;  /* number of frames with CIST_LEAVE */\n",
    },
    Patch {
        file: "lstate.c",
        old: "  L->errorJmp = NULL;\n",
        new: "  L->errorJmp = NULL;\n  L->nleave = 0;\n",
    },
    Patch {
        file: "lstate.c",
        old: "  CallInfo *ci = L->ci = &L->base_ci;  /* unwind CallInfo list */\n",
        new: "  CallInfo *ci = L->ci = &L->base_ci;  /* unwind CallInfo list */\n  L->nleave = 0;\n",
    },
    Patch {
        file: "ldo.c",
        old: "  if (L->errorJmp) {  /* thread has an error handler? */\n",
        new: "  if (L->nleave != 0 && L->errorJmp && L->errorJmp->previous == NULL)\n    luai_keep(L, errcode);\n\
              \x20 if (L->errorJmp) {  /* thread has an error handler? */\n",
    },
    Patch {
        file: "ldo.c",
        old: "  l_uint32 oldnCcalls = L->nCcalls;\n  struct lua_longjmp lj;\n",
        new: "  l_uint32 oldnCcalls = L->nCcalls;\n  int oldnleave = L->nleave;\n  struct lua_longjmp lj;\n",
    },
    Patch {
        file: "ldo.c",
        old: "  L->nCcalls = oldnCcalls;\n  return lj.status;\n",
        new: "  L->nCcalls = oldnCcalls;\n  if (lj.status != LUA_OK && lj.previous != NULL)\n    L->nleave = oldnleave;\n  return lj.status;\n",
    },
    // What a function that can be left calls may leave.
    Patch {
        file: "lapi.c",
        old: "    luaD_call(L, func, nresults);  /* do the call */\n  }\n  else  /* no continuation or no yieldable */\n",
        new: "    luaD_call(L, func, nresults);  /* do the call */\n  }\n  else if (L->ci->callstatus & CIST_LEAVE)\n    luaD_call(L, func, nresults);\n\
              \x20 else  /* no continuation or no yieldable */\n",
    },
    Patch {
        file: "ltm.c",
        old: "  if (isLuacode(L->ci))\n    luaD_call(L, func, 0);\n",
        new: "  if (isLuacode(L->ci) || (L->ci->callstatus & CIST_LEAVE))\n    luaD_call(L, func, 0);\n",
    },
    Patch {
        file: "ltm.c",
        old: "  if (isLuacode(L->ci))\n    luaD_call(L, func, 1);\n",
        new: "  if (isLuacode(L->ci) || (L->ci->callstatus & CIST_LEAVE))\n    luaD_call(L, func, 1);\n",
    },
    // Where a turn is due and what could not be left has ended, others have theirs.
    Patch {
        file: "ldo.c",
        old: "  ccall(L, func, nResults, nyci);\n",
        new: "  ccall(L, func, nResults, nyci);\n  luai_at_way_out(L);\n",
    },
    Patch {
        file: "ldo.c",
        old: "    L->ci = ci;  /* go down to recovery functions */\n",
        new: "    L->ci = ci;  /* go down to recovery functions */\n    luai_at_way_out(L);\n",
    },
    // A message handler may be left: whoever has called it goes on by raising what it gives. The native
    // stack does not count then how many of them fail in each other.
    Patch {
        file: "ldebug.c",
        old: "    luaD_callnoyield(L, L->top.p - 2, 1);  /* call it */\n",
        new: "    if (yieldable(L)) {\n      if (L->nleave >= LUAI_MAXCCALLS) luaD_errerr(L);\n      luai_raising(L);\n      luaD_call(L, L->top.p - 2, 1);\n    }\n    else\n      luaD_callnoyield(L, L->top.p - 2, 1);  /* call it */\n",
    },
    Patch {
        file: "ldo.c",
        old: "  while ((ci = L->ci) != &L->base_ci) {  /* something in the stack */\n",
        new: "  while ((ci = L->ci) != &L->base_ci) {  /* something in the stack */\n    if ((ci->callstatus & (CIST_LEAVE | CIST_LEFT)) == CIST_LEFT)\n      luaD_throw(L, LUA_ERRRUN);  /* its message handler has returned */\n",
    },
];
