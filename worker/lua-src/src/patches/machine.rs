//! The virtual machine: safepoints, and what a stopped run does.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    // Safepoints: at loop back-edges and function entries the VM burns fuel, by the length of the
    // code that follows. Without fuel they set the trap that each instruction looks at anyway: no
    // branch, no call. A count hook that stays installed would cost 2.5 to 5 times the run.
    Patch {
        file: "lvm.c",
        old: "#define updatetrap(ci)  (trap = ci->u.l.trap)",
        new: "#define updatetrap(ci)  (trap = ci->u.l.trap)\n#define safepoint(n) (trap |= luai_is_empty(1 + ((n) >> 3)))",
    },
    Patch {
        file: "ldebug.c",
        old: "  CallInfo *ci = L->ci;\n  lu_byte mask = L->hookmask;\n",
        new: "  CallInfo *ci = L->ci;\n  lu_byte mask;\n  luai_at_trap(L);\n  mask = L->hookmask;\n",
    },
    Patch {
        file: "lvm.c",
        old: "{ pc += GETARG_sJ(i) + e; updatetrap(ci); }",
        new: "{ int offset = GETARG_sJ(i) + e; pc += offset; updatetrap(ci); if (offset < 0) safepoint(-offset); }",
    },
    Patch {
        file: "lvm.c",
        old: " startfunc:\n  trap = L->hookmask;",
        new: " startfunc:\n  trap = L->hookmask; safepoint(ci_func(ci)->p->sizecode);",
    },
    Patch {
        file: "lvm.c",
        old: "            pc -= GETARG_Bx(i);  /* jump back */\n          }\n        }\n        else if (floatforloop(ra))  /* float loop */\n          pc -= GETARG_Bx(i);  /* jump back */\n        updatetrap(ci);  /* allows a signal to break the loop */",
        new: "            pc -= GETARG_Bx(i);  /* jump back */\n            updatetrap(ci); safepoint(GETARG_Bx(i));\n          }\n        }\n        else if (floatforloop(ra)) {  /* float loop */\n          pc -= GETARG_Bx(i);  /* jump back */\n          updatetrap(ci); safepoint(GETARG_Bx(i));\n        }",
    },
    Patch {
        file: "lvm.c",
        old: "          setobjs2s(L, ra + 2, ra + 4);  /* save control variable */\n          pc -= GETARG_Bx(i);  /* jump back */\n",
        new: "          setobjs2s(L, ra + 2, ra + 4);  /* save control variable */\n          pc -= GETARG_Bx(i);  /* jump back */\n          safepoint(GETARG_Bx(i));\n",
    },
    Patch {
        file: "ldo.c",
        old: "  n = (*f)(L);  /* do the actual call */\n",
        new: "  n = (*f)(L);  /* do the actual call */\n  luai_after_c(L, ci);\n",
    },
    // What one instruction may take long for.
    Patch {
        file: "lvm.c",
        old: "    t = tm;  /* else try to access 'tm[key]' */\n",
        new: "    luai_burn(L, 1);\n    t = tm;  /* else try to access 'tm[key]' */\n",
    },
    Patch {
        file: "lvm.c",
        old: "    t = tm;  /* else repeat assignment over 'tm' */\n",
        new: "    luai_burn(L, 1);\n    t = tm;  /* else repeat assignment over 'tm' */\n",
    },
    Patch {
        file: "ldo.c",
        old: "  for (p = L->top.p; p > func; p--)  /* open space for metamethod */\n",
        new: "  luai_burn(L, L->top.p - func);\n  for (p = L->top.p; p > func; p--)  /* open space for metamethod */\n",
    },
    Patch {
        file: "lvm.c",
        old: "    case LUA_VLNGSTR: return luaS_eqlngstr(tsvalue(t1), tsvalue(t2));\n",
        new: "    case LUA_VLNGSTR:\n      if (L != NULL) luai_burn_long(L, tsvalue(t1)->u.lnglen);\n      return luaS_eqlngstr(tsvalue(t1), tsvalue(t2));\n",
    },
    Patch {
        file: "lvm.c",
        old: "        ts = luaS_createlngstrobj(L, tl);\n",
        new: "        luai_burn_long(L, tl);\n        ts = luaS_createlngstrobj(L, tl);\n",
    },
    // The sandbox keeps its address there, and is asked for it before it could.
    Patch {
        file: "lstate.c",
        old: "  L = &l->l.l;\n",
        new: "  L = &l->l.l;\n  memset(lua_getextraspace(L), 0, LUA_EXTRASPACE);\n",
    },
    // The sources give WASI no `os.clock`; the worker defines `clock` (see protect.h).
    Patch {
        file: "loslib.c",
        old: "static int os_clock (lua_State *L) {\n#if !defined(__wasi__)",
        new: "static int os_clock (lua_State *L) {\n#if 1",
    },
    // A run that is to end is not caught by its own pcalls: its coroutine ends at once, and
    // the native stack unwinds once instead of once for each pcall.
    Patch {
        file: "ldo.c",
        old: "static CallInfo *findpcall (lua_State *L) {\n  CallInfo *ci;\n",
        new: "static CallInfo *findpcall (lua_State *L) {\n  CallInfo *ci;\n  if (lua_is_stopped(L)) return NULL;\n",
    },
    // What catches an error says so outside of all that catches, and must not want memory for it.
    Patch {
        file: "lstring.c",
        old: "  luaC_fix(L, obj2gco(g->memerrmsg));  /* it should never be collected */\n",
        new: "  luaC_fix(L, obj2gco(g->memerrmsg));  /* it should never be collected */\n\
              \x20 luaC_fix(L, obj2gco(luaS_newliteral(L, \"error in error handling\")));\n",
    },
    // Nor does it close its variables or finalize: a function in C would run to its end.
    Patch {
        file: "lfunc.c",
        old: "  StkId top = L->top.p;\n  const TValue *tm = luaT_gettmbyobj(L, obj, TM_CLOSE);\n",
        new: "  StkId top = L->top.p;\n  const TValue *tm = luaT_gettmbyobj(L, obj, TM_CLOSE);\n  if (lua_is_stopped(L)) return;\n",
    },
    Patch {
        file: "lgc.c",
        old: "  if (!notm(tm)) {  /* is there a finalizer? */\n",
        new: "  if (!notm(tm) && !lua_is_stopped(L)) {  /* is there a finalizer? */\n",
    },
    Patch {
        file: "lgc.c",
        old: "  luaD_callnoyield(L, L->top.p - 2, 0);\n",
        new: "  luai_burn_silently(1);\n  luaD_callnoyield(L, L->top.p - 2, 0);\n",
    },
    // Bytecode can break the VM: there is nothing that loads any.
    Patch {
        file: "ldo.c",
        old: "cl = luaU_undump(L, p->z, p->name);",
        new: "luaO_pushfstring(L, \"binary chunks are not available in the sandbox\");\n\
              luaD_throw(L, LUA_ERRSYNTAX);",
    },
    // Safepoints are hooks: finalizers have them too.
    Patch {
        file: "lgc.c",
        old: "    L->allowhook = 0;  /* stop debug hooks during GC metamethod */\n",
        new: "",
    },
    // C functions that are found on the stack stay there: those of the driver take what no script
    // may give them.
    Patch {
        file: "ldblib.c",
        old: "    treatstackoption(L, L1, \"func\");\n",
        new: "  {\n    treatstackoption(L, L1, \"func\");\n    lua_getfield(L, -1, \"func\");\n\
              \x20   if (options[0] != '>' && lua_iscfunction(L, -1)) {\n      lua_pushnil(L);\n      lua_setfield(L, -3, \"func\");\n    }\n\
              \x20   lua_pop(L, 1);\n  }\n",
    },
    // A stack of 1,000,000 values, as native, has as many levels in the worst case: those would take
    // all of a run's memory, and the end of that is not an error that a script can catch. 200 more are for
    // who handles the error, as of the stack itself.
    Patch {
        file: "lstate.h",
        old: "  unsigned short nci;  /* number of items in 'ci' list */\n",
        new: "  int nci;  /* number of items in 'ci' list */\n",
    },
    Patch {
        file: "lstate.c",
        old: "  ci->u.l.trap = 0;\n  L->nci++;\n",
        new: "  ci->u.l.trap = 0;\n  L->nci++;\n\
              \x20 if (l_unlikely(L->nci > LUAI_MAXLEVELS)) {\n\
              \x20   if (L->nci > LUAI_MAXLEVELS + 200) luaD_errerr(L);\n\
              \x20   if (L->nci == LUAI_MAXLEVELS + 1) luaG_runerror(L, \"stack overflow\");\n  }\n",
    },
    Patch {
        file: "lstate.c",
        old: "CallInfo *luaE_extendCI (lua_State *L, int raises) {\n  CallInfo *ci = luaM_reallocvector(L, NULL, 0, 1, CallInfo);\n",
        new: "#define LUAI_MAXLEVELS\t400000\n\n\
              CallInfo *luaE_extendCI (lua_State *L, int raises) {\n  CallInfo *ci;\n\
              \x20 if (!raises && L->nci >= LUAI_MAXLEVELS) return NULL;\n\
              \x20 ci = luaM_reallocvector(L, NULL, 0, 1, CallInfo);\n",
    },
];
