//! Chains of hash tables, which a script may make as long as it likes: it chooses numbers whose
//! positions are the same, and strings too, once it has read the seed off the order of a table.
//! So walks burn fuel by the links beyond the first few, and none that cannot be interrupted
//! takes the square of a chain's length.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "ltable.c",
        old: "  for (;;) {  /* check whether 'key' is somewhere in the chain */\n    if (equalkey(key, n, deadok))\n      return gval(n);  /* that's it */\n    else {\n      int nx = gnext(n);\n      if (nx == 0)\n        return &absentkey;  /* not found */\n      n += nx;\n    }\n  }\n",
        new: "  const TValue *found = &absentkey;\n  unsigned int links = 0;\n\
              \x20 for (;;) {  /* check whether 'key' is somewhere in the chain */\n    int nx;\n\
              \x20   if (equalkey(key, n, deadok)) { found = gval(n); break; }\n\
              \x20   if ((nx = gnext(n)) == 0) break;\n    n += nx;\n    links++;\n  }\n\
              \x20 luai_burn_links(links);\n  return found;\n",
    },
    Patch {
        file: "ltable.c",
        old: "    Node *n = hashint(t, key);\n    for (;;) {",
        new: "    Node *n = hashint(t, key);\n    const TValue *found = &absentkey;\n    unsigned int links = 0;\n    for (;;) {",
    },
    Patch {
        file: "ltable.c",
        old: "      if (keyisinteger(n) && keyival(n) == key)\n        return gval(n);  /* that's it */\n      else {\n        int nx = gnext(n);\n        if (nx == 0) break;\n        n += nx;\n      }\n    }\n    return &absentkey;\n",
        new: "      int nx;\n      if (keyisinteger(n) && keyival(n) == key) { found = gval(n); break; }\n\
              \x20     if ((nx = gnext(n)) == 0) break;\n      n += nx;\n      links++;\n    }\n\
              \x20   luai_burn_links(links);\n    return found;\n",
    },
    // Most keys are where they are looked for first: that costs nothing.
    Patch {
        file: "ltable.c",
        old: "  for (;;) {  /* check whether 'key' is somewhere in the chain */\n    if (keyisshrstr(n) && eqshrstr(keystrval(n), key))\n      return gval(n);  /* that's it */\n    else {\n      int nx = gnext(n);\n      if (nx == 0)\n        return &absentkey;  /* not found */\n      n += nx;\n    }\n  }\n",
        new: "  if (keyisshrstr(n) && eqshrstr(keystrval(n), key))\n    return gval(n);\n  else {\n\
              \x20   const TValue *found = &absentkey;\n    unsigned int links = 0;\n    int nx;\n\
              \x20   while ((nx = gnext(n)) != 0) {\n      n += nx;\n      links++;\n\
              \x20     if (keyisshrstr(n) && eqshrstr(keystrval(n), key)) { found = gval(n); break; }\n    }\n\
              \x20   luai_burn_links(links);\n    return found;\n  }\n",
    },
    // A key that lies in another chain is moved out of a new one's position, for which the node
    // before it has to be found. When that is far, the new key joins the other chain instead: it
    // is found from its position all the same, and as chains only grow, the next one that belongs
    // there does so too.
    Patch {
        file: "ltable.c",
        old: "    if (othern != mp) {  /* is colliding node out of its main position? */\n      /* yes; move colliding node into free position */\n      while (othern + gnext(othern) != mp)  /* find previous */\n        othern += gnext(othern);\n",
        new: "    if (othern != mp) {  /* is colliding node out of its main position? */\n      int links = 16;\n\
              \x20     while (othern + gnext(othern) != mp && links-- > 0)  /* find previous */\n        othern += gnext(othern);\n\
              \x20     if (links < 0) othern = mp;\n    }\n    if (othern != mp) {\n",
    },
    // When a table grows, its keys are not looked for among those that are there already.
    Patch {
        file: "ltable.c",
        old: "static void reinsert (lua_State *L, Table *ot, Table *t) {\n",
        new: "static void luaH_newkey (lua_State *L, Table *t, const TValue *key, TValue *value);\n\
              static void reinsert (lua_State *L, Table *ot, Table *t) {\n",
    },
    Patch {
        file: "ltable.c",
        old: "      luaH_set(L, t, &k, gval(old));\n",
        new: "      if (ttisinteger(&k) && l_castS2U(ivalue(&k)) - 1u < luaH_realasize(t))\n        luaH_set(L, t, &k, gval(old));\n      else\n        luaH_newkey(L, t, &k, gval(old));\n",
    },
    // The table of all short strings.
    Patch {
        file: "lstring.c",
        old: "  for (ts = *list; ts != NULL; ts = ts->u.hnext) {\n",
        new: "  unsigned int links = 0;\n  for (ts = *list; ts != NULL; ts = ts->u.hnext, links++) {\n",
    },
    Patch {
        file: "lstring.c",
        old: "        changewhite(ts);  /* resurrect it */\n      return ts;\n    }\n  }\n",
        new: "        changewhite(ts);  /* resurrect it */\n      luai_burn_links(links);\n      return ts;\n    }\n  }\n  luai_burn_links(links);\n",
    },
    // The collector takes dead strings out of it one by one. If it has to walk far for them, it
    // takes out all that are left at once.
    Patch {
        file: "lstate.h",
        old: "  TString *memerrmsg;  /* message for memory-allocation errors */\n",
        new: "  TString *memerrmsg;  /* message for memory-allocation errors */\n\
              \x20 lu_mem stringlinks;  /* how far strings were looked for to free them, in this cycle */\n\
              \x20 lu_byte stringsout;  /* dead strings are out of the string table, in this cycle */\n",
    },
    Patch {
        file: "lstate.c",
        old: "  g->strt.size = g->strt.nuse = 0;\n",
        new: "  g->strt.size = g->strt.nuse = 0;\n  g->stringlinks = g->stringsout = 0;\n",
    },
    Patch {
        file: "lgc.c",
        old: "  g->currentwhite = cast_byte(otherwhite(g));  /* flip current white */\n  lua_assert(g->gray == NULL);\n  return work;",
        new: "  g->currentwhite = cast_byte(otherwhite(g));  /* flip current white */\n  g->stringlinks = g->stringsout = 0;\n  lua_assert(g->gray == NULL);\n  return work;",
    },
    Patch {
        file: "lgc.c",
        old: "      luaS_remove(L, ts);  /* remove it from hash table */\n",
        new: "      if (!G(L)->stringsout) luaS_remove(L, ts);  /* remove it from hash table */\n",
    },
    Patch {
        file: "lstring.c",
        old: "void luaS_remove (lua_State *L, TString *ts) {\n",
        new: "static void takedeadout (global_State *g) {\n  int i;\n  for (i = 0; i < g->strt.size; i++) {\n\
              \x20   TString **p = &g->strt.hash[i];\n    while (*p != NULL) {\n\
              \x20     if (isdead(g, *p)) { *p = (*p)->u.hnext; g->strt.nuse--; }\n      else p = &(*p)->u.hnext;\n    }\n  }\n\
              \x20 g->stringsout = 1;\n  luai_burn_silently(g->strt.size);\n}\n\n\n\
              void luaS_remove (lua_State *L, TString *ts) {\n  unsigned int links = 0;\n",
    },
    Patch {
        file: "lstring.c",
        old: "  while (*p != ts)  /* find previous element */\n    p = &(*p)->u.hnext;\n",
        new: "  for (; *p != ts; links++)  /* find previous element */\n    p = &(*p)->u.hnext;\n",
    },
    Patch {
        file: "lstring.c",
        old: "  *p = (*p)->u.hnext;  /* remove element from its list */\n  tb->nuse--;\n",
        new: "  *p = (*p)->u.hnext;  /* remove element from its list */\n  tb->nuse--;\n\
              \x20 if (l_unlikely(links > 8) && (G(L)->stringlinks += links) > cast(lu_mem, tb->size) * 4)\n    takedeadout(G(L));\n",
    },
    // When the state is closed, the whole table goes.
    Patch {
        file: "lgc.c",
        old: "    GCObject *next = p->next;\n    freeobj(L, p);\n",
        new: "    GCObject *next = p->next;\n    if (p->tt == LUA_VSHRSTR) {\n      G(L)->strt.nuse--;\n\
              \x20     luaM_freemem(L, p, sizelstring(gco2ts(p)->shrlen));\n    }\n    else freeobj(L, p);\n",
    },
];
