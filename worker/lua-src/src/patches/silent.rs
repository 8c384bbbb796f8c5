//! Work that grows with the size of one value, where nothing may be raised: it burns fuel all the
//! same, so that the next safepoint looks at the clock in time.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "lmem.c",
        old: "  lua_assert((nsize == 0) == (newblock == NULL));\n",
        new: "  lua_assert((nsize == 0) == (newblock == NULL));\n  luai_burn_block(nsize);\n",
    },
    Patch {
        file: "lmem.c",
        old: "    g->GCdebt += size;\n    return newblock;\n",
        new: "    g->GCdebt += size;\n    luai_burn_block(size);\n    return newblock;\n",
    },
    Patch {
        file: "lstring.c",
        old: "  lua_assert(a->tt == LUA_VLNGSTR && b->tt == LUA_VLNGSTR);\n  return (a == b)",
        new: "  lua_assert(a->tt == LUA_VLNGSTR && b->tt == LUA_VLNGSTR);\n  luai_burn_silently(len >> 6);\n  return (a == b)",
    },
    Patch {
        file: "lstring.c",
        old: "    size_t len = ts->u.lnglen;\n    ts->hash",
        new: "    size_t len = ts->u.lnglen;\n    luai_burn_silently(len >> 4);\n    ts->hash",
    },
    Patch {
        file: "ltable.c",
        old: "  unsigned int i = findindex(L, t, s2v(key), asize);  /* find original key */\n  for (;",
        new: "  unsigned int i = findindex(L, t, s2v(key), asize);  /* find original key */\n  unsigned int begin = i;\n  for (;",
    },
    Patch {
        file: "ltable.c",
        old: "      setivalue(s2v(key), i + 1);\n      setobj2s(L, key + 1, &t->array[i]);\n",
        new: "      luai_burn_silently((i - begin) >> 2);\n      setivalue(s2v(key), i + 1);\n      setobj2s(L, key + 1, &t->array[i]);\n",
    },
    Patch {
        file: "ltable.c",
        old: "      Node *n = gnode(t, i);\n      getnodekey(L, s2v(key), n);\n",
        new: "      Node *n = gnode(t, i);\n      luai_burn_silently((i + asize - begin) >> 2);\n      getnodekey(L, s2v(key), n);\n",
    },
    Patch {
        file: "ltable.c",
        old: "  return 0;  /* no more elements */\n",
        new: "  luai_burn_silently((i + asize - begin) >> 2);\n  return 0;  /* no more elements */\n",
    },
    Patch {
        file: "lgc.c",
        old: "  g->gcemergency = isemergency;  /* set flag */\n",
        new: "  g->gcemergency = isemergency;  /* set flag */\n  luai_burn_silently(gettotalbytes(g) >> 5);\n",
    },
    // An object that gets a finalizer is looked for among all there are.
    Patch {
        file: "lgc.c",
        old: "    for (p = &g->allgc; *p != o; p = &(*p)->next) { /* empty */ }\n",
        new: "    for (p = &g->allgc; *p != o; p = &(*p)->next) luai_burn_silently(1);\n",
    },
    // Errors name variables by searching the function's code.
    Patch {
        file: "ldebug.c",
        old: "  for (pc = 0; pc < lastpc; pc++) {\n    Instruction i = p->code[pc];\n",
        new: "  luai_burn_silently(lastpc);\n  for (pc = 0; pc < lastpc; pc++) {\n    Instruction i = p->code[pc];\n",
    },
    Patch {
        file: "lfunc.c",
        old: "const char *luaF_getlocalname (const Proto *f, int local_number, int pc) {\n  int i;\n",
        new: "const char *luaF_getlocalname (const Proto *f, int local_number, int pc) {\n  int i;\n  luai_burn_silently(f->sizelocvars >> 1);\n",
    },
    // A chain of weak tables takes its length squared to go through: after a time they are taken
    // for strong. What they hold is collected later, if ever.
    Patch {
        file: "lgc.c",
        old: "      if (valiswhite(gval(n)))  /* value not marked yet? */\n        hasww = 1;  /* white-white entry */\n",
        new: "      if (valiswhite(gval(n))) {  /* value not marked yet? */\n        if (inv != 2) hasww = 1;  /* white-white entry */\n        else { marked = 1; reallymarkobject(g, gcvalue(gval(n))); }\n      }\n",
    },
    Patch {
        file: "lgc.c",
        old: "  int changed;\n  int dir = 0;\n",
        new: "  int changed;\n  int dir = 0;\n  size_t work = 0;\n",
    },
    Patch {
        file: "lgc.c",
        old: "      nw2black(h);  /* out of the list (for now) */\n",
        new: "      nw2black(h);  /* out of the list (for now) */\n      work += 1 + sizenode(h);\n",
    },
    Patch {
        file: "lgc.c",
        old: "    dir = !dir;  /* invert direction next time */\n",
        new: "    dir = work > 1000000 ? 2 : !dir;  /* invert direction next time */\n",
    },
    Patch {
        file: "lgc.c",
        old: "  } while (changed);  /* repeat until no more changes */\n",
        new: "  } while (changed);  /* repeat until no more changes */\n  luai_burn_silently(work);\n",
    },
    Patch {
        file: "ltm.c",
        old: "  int nextra = ci->u.l.nextraargs;\n  if (wanted < 0) {\n",
        new: "  int nextra = ci->u.l.nextraargs;\n  luai_burn_silently(nextra >> 2);\n  if (wanted < 0) {\n",
    },
    Patch {
        file: "lobject.c",
        old: "  lua_Integer i; lua_Number n;\n  const char *e;\n",
        new: "  lua_Integer i; lua_Number n;\n  const char *e;\n  luai_burn_silently(strlen(s) >> 4);\n",
    },
    Patch {
        file: "lobject.c",
        old: "    len = lua_number2str(buff, MAXNUMBER2STR, fltvalue(obj));\n",
        new: "    len = lua_number2str(buff, MAXNUMBER2STR, fltvalue(obj));\n    luai_burn_silently(32);\n",
    },
    // The first line of a chunk's source is its name, unless it has another.
    Patch {
        file: "lobject.c",
        old: "    const char *nl = strchr(source, '\\n');  /* find first new line (if any) */\n",
        new: "    const char *nl = strchr(source, '\\n');  /* find first new line (if any) */\n    luai_burn_silently(srclen >> 4);\n",
    },
    // Each caught error counts the whole stack.
    Patch {
        file: "ldo.c",
        old: "    if (lim < ci->top.p) lim = ci->top.p;\n",
        new: "    luai_burn_silently(1);\n    if (lim < ci->top.p) lim = ci->top.p;\n",
    },
    // A raised error or a yield is an exception of WebAssembly's, which takes up to 80 microseconds.
    Patch {
        file: "ldo.c",
        old: "l_noret luaD_throw (lua_State *L, int errcode) {\n",
        new: "l_noret luaD_throw (lua_State *L, int errcode) {\n  luai_burn_silently(250);\n",
    },
    Patch {
        file: "ldebug.c",
        old: "  for (ci = L->ci; level > 0 && ci != &L->base_ci; ci = ci->previous)\n    level--;\n",
        new: "  for (ci = L->ci; level > 0 && ci != &L->base_ci; ci = ci->previous) {\n    luai_burn_silently(1);\n    level--;\n  }\n",
    },
    // The collector's work, where a script asks for it.
    Patch {
        file: "lgc.c",
        old: "    lu_mem work = singlestep(L);  /* perform one single step */\n",
        new: "    lu_mem work = singlestep(L);  /* perform one single step */\n    luai_burn_silently(work);\n",
    },
    Patch {
        file: "lgc.c",
        old: "static void genstep (lua_State *L, global_State *g) {\n",
        new: "static void genstep (lua_State *L, global_State *g) {\n  luai_burn_silently(gettotalbytes(g) >> 6);\n",
    },
    Patch {
        file: "lgc.c",
        old: "  if (newmode != g->gckind) {\n",
        new: "  if (newmode != g->gckind) {\n    luai_burn_silently(gettotalbytes(g) >> 5);\n",
    },
];
