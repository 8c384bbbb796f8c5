/* string.find, string.match and string.gmatch. */
#define LUA_LIB
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "leave.h"
#include "match.h"

#define SPECIALS	"^$*+?.([%-"

/* Where a search is kept that was left. */
#define SLOT	5

typedef struct Find {
  lua_Frame frame;  /* at: whether the positions are to be told */
  const char *plain;  /* what is searched for as it is, or NULL */
  Match m;
} Find;


/* As lstrlib.c has it. */
static size_t posrelatI (lua_Integer pos, size_t len) {
  if (pos > (lua_Integer)len + 1)
    return len + 2;
  else if (pos > 0)
    return (size_t)pos;
  else if (pos == 0)
    return 1;
  else if (pos < -(lua_Integer)len)  /* inverted comparison */
    return 1;  /* clip to 1 */
  else return len + (size_t)pos + 1;
}


/* check whether pattern has no special characters */
static int nospecials (const char *p, size_t l) {
  size_t upto = 0;
  do {
    if (strpbrk(p + upto, SPECIALS))
      return 0;  /* pattern has a special character */
    upto += strlen(p + upto) + 1;  /* may have more after \0 */
  } while (upto <= l);
  return 1;  /* no special chars found */
}


/* The first occurrence of the pattern as it is, from m->start on. */
static const char *find_plain (Match *m) {
  size_t l1 = m->src_end - m->start, l2 = m->p_end - m->p_init;
  const char *s1 = m->start, *s2 = m->p_init;
  if (l2 == 0) return s1;  /* empty strings are everywhere */
  if (l2 > l1) return NULL;
  l2--;  /* 1st char will be checked by 'memchr' */
  l1 -= l2;  /* 's2' cannot be found after that */
  while (l1 > 0) {
    const char *init = (const char *)memchr(s1, *s2, l1);
    if (init == NULL) {
      luai_burn_silently(l1 >> 6);
      return NULL;
    }
    init++;   /* 1st char is already checked */
    if (memcmp(init, s2 + 1, l2) == 0)
      return init - 1;
    m->start = init;
    if (luai_pause(m->L, 1 + ((init - s1) >> 6) + (l2 >> 6)))
      return match_left;
    l1 -= init - s1;
    s1 = init;
  }
  return NULL;  /* not found */
}


static int find_again (lua_State *L, int status, lua_KContext ctx);


static int find (lua_State *L, Find *f) {
  Match *m = &f->m;
  const char *e = f->plain ? find_plain(m) : match_next(m);
  if (e == match_left) {
    lua_settop(L, SLOT + 1);
    return lua_leave(L, &f->frame, find_again);
  }
  if (e == NULL) {
    luaL_pushfail(L);  /* not found */
    return 1;
  }
  if (f->plain) {
    lua_pushinteger(L, (e - m->src_init) + 1);
    lua_pushinteger(L, (e - m->src_init) + (m->p_end - m->p_init));
    return 2;
  }
  if (f->frame.at) {
    lua_pushinteger(L, (m->start - m->src_init) + 1);  /* start */
    lua_pushinteger(L, e - m->src_init);   /* end */
    return match_pushcaptures(m, NULL) + 2;
  }
  return match_pushcaptures(m, e);
}


static int find_again (lua_State *L, int status, lua_KContext ctx) {
  Find f = *(const Find *)ctx;
  (void)status;
  lua_staying(L);
  return find(L, &f);
}


static int start_find (lua_State *L, int positions) {
  size_t ls, lp;
  const char *s = luaL_checklstring(L, 1, &ls);
  const char *p = luaL_checklstring(L, 2, &lp);
  size_t init = posrelatI(luaL_optinteger(L, 3, 1), ls) - 1;
  Find f;
  if (init > ls) {  /* start after string's end? */
    luaL_pushfail(L);  /* cannot find anything */
    return 1;
  }
  luai_burn(L, lp >> 4);
  f.frame.size = sizeof(f);
  f.frame.slot = SLOT;
  f.frame.at = positions;
  /* explicit request or no special characters? */
  f.plain = positions && (lua_toboolean(L, 4) || nospecials(p, lp)) ? p : NULL;
  match_init(&f.m, L, s, ls, p, lp, SLOT + 1);
  f.m.start += init;
  if (f.plain == NULL && *p == '^') {
    f.m.anchor = 1;
    f.m.p_init++;
  }
  return find(L, &f);
}


int str_find (lua_State *L) {
  return start_find(L, 1);
}


int str_match (lua_State *L) {
  return start_find(L, 0);
}


/* state for 'gmatch' */
typedef struct GMatch {
  const char *src;  /* current position */
  Match m;
} GMatch;


static int gmatch_again (lua_State *L, int status, lua_KContext ctx);


static int gmatch_go (lua_State *L, GMatch *gm) {
  const char *e;
  gm->m.L = L;
  e = match_next(&gm->m);
  if (e == match_left) {
    lua_leavableat(L, 0, gmatch_again);
    return lua_yieldk(L, 0, 0, gmatch_again);
  }
  if (e == NULL)
    return 0;  /* not found */
  gm->src = gm->m.lastmatch = e;
  return match_pushcaptures(&gm->m, e);
}


/* The upvalues are the strings, which stay while they are matched, and the state. */
static int gmatch_aux (lua_State *L) {
  GMatch *gm = (GMatch *)lua_touserdata(L, lua_upvalueindex(3));
  gm->m.start = gm->src;
  return gmatch_go(L, gm);
}


static int gmatch_again (lua_State *L, int status, lua_KContext ctx) {
  (void)status; (void)ctx;
  lua_staying(L);
  return gmatch_go(L, (GMatch *)lua_touserdata(L, lua_upvalueindex(3)));
}


int gmatch (lua_State *L) {
  size_t ls, lp;
  const char *s = luaL_checklstring(L, 1, &ls);
  const char *p = luaL_checklstring(L, 2, &lp);
  size_t init = posrelatI(luaL_optinteger(L, 3, 1), ls) - 1;
  GMatch *gm;
  lua_settop(L, 2);  /* keep strings on closure to avoid being collected */
  gm = (GMatch *)lua_newuserdatauv(L, sizeof(GMatch), 0);
  if (init > ls)  /* start after string's end? */
    init = ls + 1;  /* avoid overflows in 's + init' */
  gm->src = s + init;
  match_init(&gm->m, L, s, ls, p, lp, SLOT + 1);
  lua_pushcclosure(L, gmatch_aux, 3);
  return 1;
}
