//! What Lua's authors have mended since 5.4.8: all of 5.4.9, and of 5.5.1 what 5.4 needs too.
//!
//! Tests named by a file alone are the scripts of `tests/hostile/engine.lua`.
//!
//! | what was wrong | upstream | test |
//! |---|---|---|
//! | an all-weak table visited while the collector propagates lost a new metatable: use after free | 5.4.9, 1b0f943d | tries to lose the metatable of an all-weak table |
//! | `__newindex` that overwrites itself told the collector of the wrong table: use after free | 5.4.9 | tries to lose what `__newindex` overwrites itself with |
//! | an iterator of `gmatch` that had failed recursed without limit: `c/match.c` has none of it | 5.4.9, efddc230 | tries an iterator of gmatch again after it failed |
//! | compiling collected no garbage | 5.4.9 | tries to compile without end |
//! | finalizers ran where the stack had no room for them, and failed | 5.4.9 | tries finalizers where there is no room for them |
//! | a constructor with 2^31 items overflowed its counters | 5.4.9, 934fdd48, c15543b9 | none: the source would take minutes |
//! | `utf8` shifted by more than a number's width for the bytes FE and FF | 5.4.9, 10eb89d1 | none: compilers agree on what comes of it |
//! | `collectgarbage("step", n)` overflowed its sum | 5.5.1, 632a71b2 | tries to stop the collector by an enormous step |
//! | `collectgarbage` worked while the state was closed | 5.5.1 | none: finalizers were refused before |
//! | `string.rep` of nothing looped as often as it was told | 5.5.1 | tries to repeat nothing without end (`floods.lua`) |
//! | `string.pack` padded byte by byte | 5.5.1 | tries to pad without end |
//! | an assignment between overlapping fields in the compiler | 5.5.1 | none: compilers agree on what comes of it |
//!
//! A buffer's metatable that was registered before it was whole (5.4.9) does not apply, as buffers are
//! blocks here (`memory.rs`). Of 5.5.1, this does not: the sum of `string.packsize` (45c7ae5b), whose sizes
//! fit an `int` in 5.4 (tries sizes without end); and the room on the stack in `lua_load`
//! (3228a97c), where the compiler of 5.4 keeps two values, however functions nest.
//!
//! Where `size_t` has 32 bits one more sum overflows: the collector's work for a step (tries a step
//! so long that its work overflows).

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    // The table is visited again in the atomic phase: its metatable may be another by then.
    Patch {
        file: "lgc.c",
        old: "    else  /* all weak */\n      linkgclist(h, g->allweak);  /* nothing to traverse now */\n",
        new: "    else if (g->gcstate == GCSpropagate)\n      linkgclist(h, g->grayagain);\n    else\n      linkgclist(h, g->allweak);\n",
    },
    // The assignment may change what `t` points to.
    Patch {
        file: "lvm.c",
        old: "    if (luaV_fastget(L, t, key, slot, luaH_get)) {\n      luaV_finishfastset(L, t, slot, val);\n      return;",
        new: "    if (luaV_fastget(L, t, key, slot, luaH_get)) {\n      GCObject *table = gcvalue(t);\n      setobj2t(L, cast(TValue *, slot), val);\n      luaC_barrierback(L, table, val);\n      return;",
    },
    Patch {
        file: "lapi.c",
        old: "  if (!chunkname) chunkname = \"?\";\n  luaZ_init(L, &z, reader, data);\n",
        new: "  luaC_checkGC(L);\n  if (!chunkname) chunkname = \"?\";\n  luaZ_init(L, &z, reader, data);\n",
    },
    // A finalizer needs two levels in C and a small stack; without, it waits for the next cycle.
    Patch {
        file: "ldo.h",
        old: "LUAI_FUNC void luaD_inctop (lua_State *L);\n",
        new: "LUAI_FUNC void luaD_inctop (lua_State *L);\nLUAI_FUNC int luaD_checkminstack (lua_State *L);\n",
    },
    Patch {
        file: "ldo.c",
        old: "void luaD_inctop (lua_State *L) {\n",
        new: "int luaD_checkminstack (lua_State *L) {\n\
              \x20 if (getCcalls(L) >= LUAI_MAXCCALLS - 2)\n    return 0;\n\
              \x20 if (L->ci->next == NULL && luaE_extendCI(L, 0) == NULL)\n    return 0;\n\
              \x20 if (L->ci->next->next == NULL && luaE_extendCI(L, 0) == NULL)\n    return 0;\n\
              \x20 return L->stack_last.p - L->top.p >= BASIC_STACK_SIZE ||\n         luaD_growstack(L, BASIC_STACK_SIZE, 0);\n\
              }\n\n\nvoid luaD_inctop (lua_State *L) {\n",
    },
    Patch {
        file: "ldo.c",
        old: "L->ci->next : luaE_extendCI(L))",
        new: "L->ci->next : luaE_extendCI(L, 1))",
    },
    Patch {
        file: "lstate.h",
        old: "LUAI_FUNC CallInfo *luaE_extendCI (lua_State *L);",
        new: "LUAI_FUNC CallInfo *luaE_extendCI (lua_State *L, int raises);",
    },
    Patch {
        file: "lstate.c",
        old: "CallInfo *luaE_extendCI (lua_State *L) {\n  CallInfo *ci;\n  lua_assert(L->ci->next == NULL);\n  ci = luaM_new(L, CallInfo);\n  lua_assert(L->ci->next == NULL);\n  L->ci->next = ci;\n  ci->previous = L->ci;\n  ci->next = NULL;\n",
        new: "CallInfo *luaE_extendCI (lua_State *L, int raises) {\n  CallInfo *ci = luaM_reallocvector(L, NULL, 0, 1, CallInfo);\n\
              \x20 if (l_unlikely(ci == NULL)) {\n    if (raises) luaM_error(L);\n    return NULL;\n  }\n\
              \x20 ci->next = L->ci->next;\n  ci->previous = L->ci;\n  L->ci->next = ci;\n  if (ci->next) ci->next->previous = ci;\n",
    },
    Patch {
        file: "lgc.c",
        old: "  if (!g->gcemergency)\n    callallpendingfinalizers(L);\n",
        new: "  if (g->tobefnz != NULL && !g->gcemergency && luaD_checkminstack(L))\n    callallpendingfinalizers(L);\n",
    },
    Patch {
        file: "lgc.c",
        old: "      if (g->tobefnz && !g->gcemergency) {\n",
        new: "      if (g->tobefnz && !g->gcemergency && luaD_checkminstack(L)) {\n",
    },
    Patch {
        file: "lparser.c",
        old: "    field(ls, &cc);\n  } while",
        new: "    field(ls, &cc);\n    checklimit(fs, cc.tostore + cc.na + cc.nh, INT_MAX/2, \"items in a constructor\");\n  } while",
    },
    Patch {
        file: "lutf8lib.c",
        old: "    res = c;\n  else {\n    int count = 0;",
        new: "    res = c;\n  else if (c >= 0xFE)  /* would have six or seven continuation bytes */\n    return NULL;\n  else {\n    int count = 0;",
    },
    // What comes now is of 5.5.1.
    Patch {
        file: "lapi.c",
        old: "        debt = cast(l_mem, data) * 1024 + g->GCdebt;\n",
        new: "        lua_Integer sum = cast(lua_Integer, data) * 1024 + g->GCdebt;\n\
              \x20       debt = sum > MAX_LMEM ? MAX_LMEM : sum < -MAX_LMEM ? -MAX_LMEM : cast(l_mem, sum);\n",
    },
    Patch {
        file: "lapi.c",
        old: "  if (g->gcstp & GCSTPGC)  /* internal stop? */\n",
        new: "  if (g->gcstp & (GCSTPGC | GCSTPCLS))  /* internal stop? */\n",
    },
    Patch {
        file: "lstrlib.c",
        old: "  if (n <= 0)\n    lua_pushliteral(L, \"\");\n",
        new: "  if (n <= 0 || (l | lsep) == 0)\n    lua_pushliteral(L, \"\");\n",
    },
    Patch {
        file: "lstrlib.c",
        old: "        while (len++ < (size_t)size)  /* pad extra space */\n          luaL_addchar(&b, LUAL_PACKPADBYTE);\n",
        new: "        if (len < (size_t)size) {\n          size_t padding = (size_t)size - len;\n\
              \x20         memset(luaL_prepbuffsize(&b, padding), LUAL_PACKPADBYTE, padding);\n          luaL_addsize(&b, padding);\n        }\n",
    },
    Patch {
        file: "lcode.c",
        old: "    t->u.ind.t = (t->k == VLOCAL) ? t->u.var.ridx: t->u.info;\n",
        new: "    int table = (t->k == VLOCAL) ? t->u.var.ridx : t->u.info;\n    t->u.ind.t = table;\n",
    },
    // And this is ours.
    Patch {
        file: "lgc.c",
        old: "static void incstep (lua_State *L, global_State *g) {\n",
        new: "static l_mem work_for (l_mem bytes, int stepmul) {\n\
              \x20 l_mem work = bytes / cast(l_mem, WORK2MEM);\n\
              \x20 return work < MAX_LMEM / stepmul ? work * stepmul : MAX_LMEM;\n}\n\n\
              static void incstep (lua_State *L, global_State *g) {\n",
    },
    Patch {
        file: "lgc.c",
        old: "  l_mem debt = (g->GCdebt / WORK2MEM) * stepmul;\n",
        new: "  l_mem debt = work_for(g->GCdebt, stepmul);\n",
    },
    Patch {
        file: "lgc.c",
        old: "? ((cast(l_mem, 1) << g->gcstepsize) / WORK2MEM) * stepmul\n",
        new: "? work_for(cast(l_mem, 1) << g->gcstepsize, stepmul)\n",
    },
];
