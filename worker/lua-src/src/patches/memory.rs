//! Memory: all of it is the collector's to count and to free, and the sandbox hears when there is none.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    // The sandbox hears of it before the script can catch the error.
    Patch {
        file: "lmem.h",
        old: "#define luaM_error(L)\tluaD_throw(L, LUA_ERRMEM)",
        new: "extern void lua_memory_exhausted(lua_State *L);\n\
              #define luaM_error(L)\t(lua_memory_exhausted(L), luaD_throw(L, LUA_ERRMEM))",
    },
    // A script that raises the message itself has not been refused any.
    Patch {
        file: "lapi.c",
        old: "    luaM_error(L);  /* raise a memory error */\n",
        new: "    luaD_throw(L, LUA_ERRMEM);  /* raise a memory error */\n",
    },
    // A stack that finds no memory takes what the garbage has. Whoever only asks hears of the end too,
    // but for the collector, which can do without.
    Patch {
        file: "ldo.c",
        old: "  G(L)->gcstopem = oldgcstop;  /* restore emergency collection */\n\
              \x20 if (l_unlikely(newstack == NULL)) {  /* reallocation failed? */\n",
        new: "  G(L)->gcstopem = oldgcstop;  /* restore emergency collection */\n\
              \x20 if (l_unlikely(newstack == NULL) && !oldgcstop) {\n\
              \x20   correctstack(L);\n    luaC_fullgc(L, 1);\n    relstack(L);\n\
              \x20   G(L)->gcstopem = 1;\n\
              \x20   newstack = luaM_reallocvector(L, L->stack.p, oldsize + EXTRA_STACK,\n\
              \x20                                    newsize + EXTRA_STACK, StackValue);\n\
              \x20   G(L)->gcstopem = oldgcstop;\n  }\n\
              \x20 if (l_unlikely(newstack == NULL)) {  /* reallocation failed? */\n\
              \x20   if (!oldgcstop) lua_memory_exhausted(L);\n",
    },
    // The only size that is multiplied without a look at its bound.
    Patch {
        file: "ltable.c",
        old: "  TValue *newarray;\n  /* create new hash part",
        new: "  TValue *newarray;\n  if (l_unlikely(newasize > MAXASIZE)) luaM_toobig(L);\n  /* create new hash part",
    },
    // What a buffer holds that has outgrown the C stack was freed by a finalizer alone, which a run
    // that is to end does not call; it was asked of the allocator past the collector, which neither
    // counted it nor made room for it. Now it is an object of a kind of its own (see c/buffer.c).
    Patch {
        file: "lobject.h",
        old: "#define LUA_VUSERDATA\t\tmakevariant(LUA_TUSERDATA, 0)\n",
        new: "#define LUA_VUSERDATA\t\tmakevariant(LUA_TUSERDATA, 0)\n\
              /* a userdata, but for what it holds besides itself */\n\
              #define LUA_VBLOCK\t\tmakevariant(LUA_TUSERDATA, 1)\n\
              typedef struct Block { void *bytes; size_t size; } Block;\n",
    },
    Patch {
        file: "lgc.c",
        old: "    case LUA_VLNGSTR: {\n      set2black(o);",
        new: "    case LUA_VLNGSTR:\n    case LUA_VBLOCK: {\n      set2black(o);",
    },
    Patch {
        file: "lgc.c",
        old: "    case LUA_VUSERDATA: {\n      Udata *u = gco2u(o);\n      luaM_freemem(L, o, sizeudata(u->nuvalue, u->len));\n",
        new: "    case LUA_VBLOCK: {\n\
              \x20     Block *block = (Block *)getudatamem(&cast_u(o)->u);\n\
              \x20     luaM_freemem(L, block->bytes, block->size);\n    }  /* FALLTHROUGH */\n\
              \x20   case LUA_VUSERDATA: {\n\
              \x20     Udata *u = &cast_u(o)->u;\n      luaM_freemem(L, o, sizeudata(u->nuvalue, u->len));\n",
    },
    Patch {
        file: "lauxlib.c",
        old: "/* userdata to box arbitrary data */\n\
              typedef struct UBox {\n  void *box;\n  size_t bsize;\n} UBox;\n\n\n\
              static void *resizebox (lua_State *L, int idx, size_t newsize) {\n\
              \x20 void *ud;\n\
              \x20 lua_Alloc allocf = lua_getallocf(L, &ud);\n\
              \x20 UBox *box = (UBox *)lua_touserdata(L, idx);\n\
              \x20 void *temp = allocf(ud, box->box, box->bsize, newsize);\n\
              \x20 if (l_unlikely(temp == NULL && newsize > 0)) {  /* allocation error? */\n\
              \x20   lua_pushliteral(L, \"not enough memory\");\n\
              \x20   lua_error(L);  /* raise a memory error */\n  }\n\
              \x20 box->box = temp;\n  box->bsize = newsize;\n  return temp;\n}\n\n\n\
              static int boxgc (lua_State *L) {\n  resizebox(L, 1, 0);\n  return 0;\n}\n\n\n\
              static const luaL_Reg boxmt[] = {  /* box metamethods */\n\
              \x20 {\"__gc\", boxgc},\n  {\"__close\", boxgc},\n  {NULL, NULL}\n};\n\n\n\
              static void newbox (lua_State *L) {\n\
              \x20 UBox *box = (UBox *)lua_newuserdatauv(L, sizeof(UBox), 0);\n\
              \x20 box->box = NULL;\n  box->bsize = 0;\n\
              \x20 if (luaL_newmetatable(L, \"_UBOX*\"))  /* creating metatable? */\n\
              \x20   luaL_setfuncs(L, boxmt, 0);  /* set its metamethods */\n\
              \x20 lua_setmetatable(L, -2);\n}\n",
        new: "extern void lua_newblock (lua_State *L);\n\
              extern void *lua_resizeblock (lua_State *L, int idx, size_t size);\n",
    },
    Patch {
        file: "lauxlib.c",
        old: "      newbuff = (char *)resizebox(L, boxidx, newsize);  /* resize it */\n",
        new: "      newbuff = (char *)lua_resizeblock(L, boxidx, newsize);  /* resize it */\n",
    },
    Patch {
        file: "lauxlib.c",
        old: "      newbox(L);  /* create a new box */\n",
        new: "      lua_newblock(L);  /* create a new box */\n",
    },
    Patch {
        file: "lauxlib.c",
        old: "      lua_toclose(L, boxidx);\n      newbuff = (char *)resizebox(L, boxidx, newsize);\n",
        new: "      newbuff = (char *)lua_resizeblock(L, boxidx, newsize);\n",
    },
    Patch {
        file: "lauxlib.c",
        old: "    lua_closeslot(L, -2);  /* close the box */\n",
        new: "    lua_resizeblock(L, -2, 0);  /* close the box */\n",
    },
    // There is one allocator, which the sandbox gives: a second `malloc` would weigh as much as the first.
    Patch {
        file: "lauxlib.c",
        old: "lua_State *L = lua_newstate(l_alloc, NULL);",
        new: "lua_State *L = NULL;",
    },
];
