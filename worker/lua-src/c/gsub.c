/* string.gsub. */
#define LUA_LIB
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "leave.h"
#include "match.h"

/* Where a substitution is kept that was left. */
#define SLOT	5

/* Where it is left: in a match, or in a function of the script's. */
enum { MATCHING, REPLACING };

typedef struct GSub {
  lua_Frame frame;
  int tr;  /* replacement type */
  int changed;  /* change flag */
  lua_Integer n;  /* replacement count */
  lua_Integer max_s;  /* max replacements */
  const char *src;  /* what is not in the buffer yet */
  const char *e;  /* the end of the match */
  Match m;
  luaL_Buffer b;
} GSub;


static int gsub_again (lua_State *L, int status, lua_KContext ctx);


static void add_s (GSub *g, const char *e) {
  size_t l;
  lua_State *L = g->m.L;
  luaL_Buffer *b = &g->b;
  const char *news = lua_tolstring(L, 3, &l);
  const char *p;
  while ((p = (char *)memchr(news, L_ESC, l)) != NULL) {
    luai_burn(L, 2);
    luaL_addlstring(b, news, p - news);
    p++;  /* skip ESC */
    if (*p == L_ESC)  /* '%%' */
      luaL_addchar(b, *p);
    else if (*p == '0')  /* '%0' */
      luaL_addlstring(b, g->m.start, e - g->m.start);
    else if (*p >= '1' && *p <= '9') {  /* '%n' */
      const char *cap;
      ptrdiff_t resl = match_getcapture(&g->m, *p - '1', e, &cap);
      if (resl == CAP_POSITION)
        luaL_addvalue(b);  /* add position to accumulated result */
      else
        luaL_addlstring(b, cap, resl);
    }
    else
      luaL_error(L, "invalid use of '%c' in replacement string", L_ESC);
    l -= p + 1 - news;
    news = p + 1;
  }
  luaL_addlstring(b, news, l);
}


/* Pushes what the match is replaced by, of a function or a table. */
static void push_value (GSub *g, const char *e) {
  lua_State *L = g->m.L;
  g->frame.at = REPLACING;
  g->e = e;
  if (g->tr == LUA_TFUNCTION) {
    int n;
    lua_pushvalue(L, 3);  /* push the function */
    n = match_pushcaptures(&g->m, e);  /* all captures as arguments */
    lua_call(L, n, 1);  /* call it */
  }
  else {
    match_pushcapture(&g->m, 0, e);  /* first capture is the index */
    lua_gettable(L, 3);
  }
}


/*
** Add the replacement value on the top to the string buffer.
** (Function calls and table indexing resulting in nil or false do not
** change the subject.)
*/
static void add_value (GSub *g, const char *e) {
  lua_State *L = g->m.L;
  if (!lua_toboolean(L, -1)) {  /* nil or false? */
    lua_pop(L, 1);  /* remove value */
    luaL_addlstring(&g->b, g->m.start, e - g->m.start);  /* keep original text */
  }
  else if (l_unlikely(!lua_isstring(L, -1)))
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  else {
    luaL_addvalue(&g->b);  /* add result to accumulator */
    g->changed = 1;
  }
}


/* Goes on; `e` is the end of a match whose replacement is on the top, or NULL. */
static int gsub (lua_State *L, GSub *g, const char *e) {
  Match *m = &g->m;
  size_t before = g->b.n;
  lua_leavable(L, &g->frame, gsub_again);
  while (e != NULL || g->n < g->max_s) {
    if (e == NULL) {
      e = match_next(m);
      if (e == match_left) {
        g->frame.at = MATCHING;
        return lua_leave(L, &g->frame, gsub_again);
      }
      if (e == NULL) break;
      g->n++;
      luaL_addlstring(&g->b, g->src, m->start - g->src);
      if (g->tr == LUA_TNUMBER || g->tr == LUA_TSTRING) {
        add_s(g, e);
        g->changed = 1;
      }
      else {
        push_value(g, e);
        add_value(g, e);
      }
    }
    else
      add_value(g, e);
    g->src = m->start = m->lastmatch = e;
    e = NULL;
    if (m->anchor) break;
    /* matches may be short, and replacements long */
    if (luai_pause(L, 1 + ((g->b.n - before) >> 6))) {
      g->frame.at = MATCHING;
      return lua_leave(L, &g->frame, gsub_again);
    }
    before = g->b.n;
  }
  lua_staying(L);
  if (!g->changed)  /* no changes? */
    lua_pushvalue(L, 1);  /* return original string */
  else {  /* something changed */
    luaL_addlstring(&g->b, g->src, m->src_end - g->src);
    luaL_pushresult(&g->b);  /* create and return new string */
  }
  lua_pushinteger(L, g->n);  /* number of substitutions */
  return 2;
}


static int gsub_again (lua_State *L, int status, lua_KContext ctx) {
  GSub g = *(const GSub *)ctx;
  (void)status;
  lua_keptbuffer(&g.b);
  if (g.frame.at == MATCHING) return gsub(L, &g, NULL);
  if (g.tr == LUA_TTABLE) lua_remove(L, -2);  /* the key is there still */
  return gsub(L, &g, g.e);
}


int str_gsub (lua_State *L) {
  size_t srcl, lp;
  const char *src = luaL_checklstring(L, 1, &srcl);  /* subject */
  const char *p = luaL_checklstring(L, 2, &lp);  /* pattern */
  GSub g;
  g.tr = lua_type(L, 3);
  g.max_s = luaL_optinteger(L, 4, srcl + 1);
  luaL_argexpected(L, g.tr == LUA_TNUMBER || g.tr == LUA_TSTRING ||
                   g.tr == LUA_TFUNCTION || g.tr == LUA_TTABLE, 3,
                      "string/function/table");
  lua_settop(L, SLOT + 1);
  g.frame.size = sizeof(g);
  g.frame.slot = SLOT;
  g.n = 0;
  g.changed = 0;
  g.src = src;
  match_init(&g.m, L, src, srcl, p, lp, SLOT + 1);
  if (*p == '^') {
    g.m.anchor = 1;
    g.m.p_init++;
  }
  luaL_buffinit(L, &g.b);
  return gsub(L, &g, NULL);
}
