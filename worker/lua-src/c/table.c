/* The table library: Lua's own, whose functions can be left. */
#define LUA_LIB
#include <limits.h>
#include <stddef.h>

#include "lua.h"
#include "lauxlib.h"
#include "lualib.h"
#include "steps.h"
#include "table.h"


static int checkfield (lua_State *L, const char *key, int n) {
  lua_pushstring(L, key);
  return (lua_rawget(L, -n) != LUA_TNIL);
}


void table_check (lua_State *L, int arg, int what) {
  if (lua_type(L, arg) != LUA_TTABLE) {  /* is it not a table? */
    int n = 1;  /* number of elements to pop */
    if (lua_getmetatable(L, arg) &&  /* must have metatable */
        (!(what & TAB_R) || checkfield(L, "__index", ++n)) &&
        (!(what & TAB_W) || checkfield(L, "__newindex", ++n)) &&
        (!(what & TAB_L) || checkfield(L, "__len", ++n))) {
      lua_pop(L, n);  /* pop metatable and tested metamethods */
    }
    else
      luaL_checktype(L, arg, LUA_TTABLE);  /* force an error */
  }
}


lua_Integer table_length (lua_State *L) {
  int isnum;
  lua_Integer l = lua_tointegerx(L, -1, &isnum);
  if (l_unlikely(!isnum))
    luaL_error(L, "object length is not an integer");
  lua_pop(L, 1);
  return l;
}


/* Whether the first argument is a table without metamethods. */
static int isplain (lua_State *L) {
  if (lua_type(L, 1) != LUA_TTABLE) return 0;
  if (!lua_getmetatable(L, 1)) return 1;
  lua_pop(L, 1);
  return 0;
}


/* So many elements of a table without metamethods take no time. */
#define FEW	1000


/* What insert, remove, move and unpack work on. */
typedef struct Range {
  lua_Frame frame;
  int top;  /* number of arguments */
  lua_Integer i;
  lua_Integer e;  /* end */
  lua_Integer pos;
} Range;

/* The continuation of `function`. */
#define CONTINUES(function, Work) \
  static int AGAIN (lua_State *L, int status, lua_KContext ctx) { \
    Work w = *(const Work *)ctx; \
    (void)status; \
    lua_leavable(L, &w.frame, AGAIN); \
    return function(L, &w); }


#define AGAIN	insert_again
static int AGAIN (lua_State *L, int status, lua_KContext ctx);


static int insert (lua_State *L, Range *w) {
  switch (w->frame.at) {
    case 0:
      table_check(L, 1, TAB_RW | TAB_L);
      LENGTH(1);
      w->e = luaL_intop(+, table_length(L), 1);  /* first empty element */
      if (w->top == 2)  /* called with only 2 arguments */
        w->pos = w->e;  /* insert new element at the end */
      else if (w->top == 3) {
        w->pos = luaL_checkinteger(L, 2);  /* 2nd argument is the position */
        /* check whether 'pos' is in [1, e] */
        luaL_argcheck(L, (lua_Unsigned)w->pos - 1u < (lua_Unsigned)w->e, 2,
                         "position out of bounds");
      }
      else
        return luaL_error(L, "wrong number of arguments to 'insert'");
      for (w->i = w->e; w->i > w->pos; w->i--) {  /* move up elements */
        PAUSE(1);
        GET(1, w->i - 1);
        SET(1, w->i);  /* t[i] = t[i - 1] */
      }
      lua_pushvalue(L, w->top);
      SET(1, w->pos);  /* t[pos] = v */
  }
  lua_staying(L);
  return 0;
}


CONTINUES(insert, Range)


static int tinsert (lua_State *L) {
  Range w;
  w.top = lua_gettop(L);
  if (w.top == 2 && isplain(L)) {
    lua_rawseti(L, 1, luaL_intop(+, lua_rawlen(L, 1), 1));
    return 0;
  }
  BEGIN(w, w.top);
  return insert(L, &w);
}


#undef AGAIN
#define AGAIN	remove_again
static int AGAIN (lua_State *L, int status, lua_KContext ctx);


static int removes (lua_State *L, Range *w) {
  switch (w->frame.at) {
    case 0:
      LENGTH(1);
      w->e = table_length(L);
      w->pos = luaL_optinteger(L, 2, w->e);
      if (w->pos != w->e)  /* validate 'pos' if given */
        /* check whether 'pos' is in [1, size + 1] */
        luaL_argcheck(L, (lua_Unsigned)w->pos - 1u <= (lua_Unsigned)w->e, 2,
                         "position out of bounds");
      GET(1, w->pos);  /* result = t[pos] */
      for ( ; w->pos < w->e; w->pos++) {
        PAUSE(1);
        GET(1, w->pos + 1);
        SET(1, w->pos);  /* t[pos] = t[pos + 1] */
      }
      lua_pushnil(L);
      SET(1, w->pos);  /* remove entry t[pos] */
  }
  lua_staying(L);
  return 1;
}


CONTINUES(removes, Range)


static int tremove (lua_State *L) {
  Range w;
  if (lua_gettop(L) == 1 && isplain(L)) {
    lua_Integer size = lua_rawlen(L, 1);
    lua_rawgeti(L, 1, size);
    lua_pushnil(L);
    lua_rawseti(L, 1, size);
    return 1;
  }
  table_check(L, 1, TAB_RW | TAB_L);
  lua_settop(L, 2);
  BEGIN(w, 2);
  return removes(L, &w);
}


#undef AGAIN
#define AGAIN	move_again
static int AGAIN (lua_State *L, int status, lua_KContext ctx);


/*
** Copy elements (1[f], ..., 1[e]) into (tt[t], tt[t+1], ...). Whenever
** possible, copy in increasing order, which is better for rehashing.
** "possible" means destination after original range, or smaller
** than origin, or copying to another table. Here `e` is the number of
** elements, and `pos` is `t`.
*/
static int move (lua_State *L, Range *w) {
  lua_Integer f = lua_tointeger(L, 2), t = lua_tointeger(L, 4);
  int tt = w->top;
  int same;
  switch (w->frame.at) {
    case 0:
      same = 1;
      if (!(t > lua_tointeger(L, 3) || t <= f)) {
        if (tt != 1) {
          w->frame.at = -1;
          same = lua_compare(L, 1, tt, LUA_OPEQ);
          if (0) {
            case -1: same = lua_toboolean(L, -1);
            lua_pop(L, 1);
          }
        }
        if (same) {
          for (w->i = w->e - 1; w->i >= 0; w->i--) {
            PAUSE(1);
            GET(1, f + w->i);
            SET(tt, t + w->i);
          }
          break;
        }
      }
      for (w->i = 0; w->i < w->e; w->i++) {
        PAUSE(1);
        GET(1, f + w->i);
        SET(tt, t + w->i);
      }
  }
  lua_staying(L);
  lua_pushvalue(L, tt);  /* return destination table */
  return 1;
}


CONTINUES(move, Range)


static int tmove (lua_State *L) {
  lua_Integer f = luaL_checkinteger(L, 2);
  lua_Integer e = luaL_checkinteger(L, 3);
  lua_Integer t = luaL_checkinteger(L, 4);
  Range w;
  w.top = !lua_isnoneornil(L, 5) ? 5 : 1;  /* destination table */
  table_check(L, 1, TAB_R);
  table_check(L, w.top, TAB_W);
  if (e < f) {  /* nothing to move */
    lua_pushvalue(L, w.top);
    return 1;
  }
  luaL_argcheck(L, f > 0 || e < LUA_MAXINTEGER + f, 3,
                "too many elements to move");
  w.e = e - f + 1;  /* number of elements to move */
  luaL_argcheck(L, t <= LUA_MAXINTEGER - w.e + 1, 4,
                "destination wrap around");
  lua_settop(L, 5);
  BEGIN(w, 5);
  return move(L, &w);
}


#undef AGAIN
#define AGAIN	unpack_again
static int AGAIN (lua_State *L, int status, lua_KContext ctx);


/* Makes room for the results; gives how many there are. */
static int room (lua_State *L, lua_Integer i, lua_Integer e) {
  lua_Unsigned n;
  if (i > e) return 0;  /* empty range */
  n = (lua_Unsigned)e - i;  /* number of elements minus 1 (avoid overflows) */
  if (l_unlikely(n >= (unsigned int)INT_MAX  ||
                 !lua_checkstack(L, (int)(++n))))
    return luaL_error(L, "too many results to unpack");
  return (int)n;
}


/* Until there is room for the results, `top` says whether the end is the length; then how many they are. */
static int unpack (lua_State *L, Range *w) {
  switch (w->frame.at) {
    case 0:
      if (w->top) {
        LENGTH(1);
        w->e = table_length(L);
      }
      w->top = room(L, w->i, w->e);
      for (w->pos = 0; w->pos < w->top; w->pos++) {
        PAUSE(1);
        GET(1, w->i + w->pos);
      }
  }
  lua_staying(L);
  return w->top;
}


CONTINUES(unpack, Range)


static int tunpack (lua_State *L) {
  Range w;
  w.i = luaL_optinteger(L, 2, 1);
  w.top = lua_isnoneornil(L, 3);
  if (!w.top) w.e = luaL_checkinteger(L, 3);
  if (isplain(L)) {
    if (w.top) w.e = lua_rawlen(L, 1);
    if (w.i > w.e || (lua_Unsigned)w.e - w.i < FEW) {
      w.top = room(L, w.i, w.e);
      luai_burn(L, w.top);
      for (w.pos = 0; w.pos < w.top; w.pos++)
        lua_rawgeti(L, 1, w.i + w.pos);
      return w.top;
    }
  }
  BEGIN(w, lua_gettop(L));
  return unpack(L, &w);
}


static int tpack (lua_State *L) {
  int i;
  int n = lua_gettop(L);  /* number of elements to pack */
  lua_createtable(L, n, 1);  /* create result table */
  lua_insert(L, 1);  /* put it at index 1 */
  for (i = n; i >= 1; i--)  /* assign elements */
    lua_seti(L, 1, i);
  lua_pushinteger(L, n);
  lua_setfield(L, 1, "n");  /* t.n = number of elements */
  return 1;  /* return table */
}


typedef struct Concat {
  lua_Frame frame;
  lua_Integer i;
  lua_Integer last;
  const char *sep;
  size_t lsep;
  luaL_Buffer b;
} Concat;


#undef AGAIN
#define AGAIN	concat_again
static int AGAIN (lua_State *L, int status, lua_KContext ctx);


/* Adds t[i], which is on the top. */
static void addfield (lua_State *L, Concat *w) {
  if (l_unlikely(!lua_isstring(L, -1)))
    luaL_error(L, "invalid value (%s) at index %I in table for 'concat'",
                  luaL_typename(L, -1), (LUAI_UACINT)w->i);
  luaL_addvalue(&w->b);
}


/* Reads the arguments after the table. */
static void begin (lua_State *L, Concat *w) {
  w->sep = luaL_optlstring(L, 2, "", &w->lsep);
  w->i = luaL_optinteger(L, 3, 1);
  w->last = luaL_optinteger(L, 4, w->last);
}


static int concat (lua_State *L, Concat *w) {
  switch (w->frame.at) {
    case 0:
      LENGTH(1);
      w->last = table_length(L);
      begin(L, w);
      luaL_buffinit(L, &w->b);
      if (isplain(L)) {  /* no one else's code can change it meanwhile */
        for (; w->i < w->last; w->i++) {
          if ((w->i & 1023) == 0) PAUSE(1024 * (1 + (w->lsep >> 6)));
          lua_rawgeti(L, 1, w->i);
          addfield(L, w);
          luaL_addlstring(&w->b, w->sep, w->lsep);
        }
      }
      for (; w->i < w->last; w->i++) {
        PAUSE(1 + (w->lsep >> 6));
        GET(1, w->i);
        addfield(L, w);
        luaL_addlstring(&w->b, w->sep, w->lsep);
      }
      if (w->i == w->last) {  /* add last value (if interval was not empty) */
        GET(1, w->i);
        addfield(L, w);
      }
  }
  lua_staying(L);
  luaL_pushresult(&w->b);
  return 1;
}


static int AGAIN (lua_State *L, int status, lua_KContext ctx) {
  Concat w = *(const Concat *)ctx;
  (void)status;
  lua_keptbuffer(&w.b);
  lua_leavable(L, &w.frame, AGAIN);
  return concat(L, &w);
}


static int tconcat (lua_State *L) {
  Concat w;
  table_check(L, 1, TAB_R | TAB_L);
  lua_settop(L, 4);
  if (isplain(L)) {
    w.last = lua_rawlen(L, 1);
    begin(L, &w);
    if (w.i > w.last || ((lua_Unsigned)w.last - w.i < FEW && w.lsep < FEW)) {
      if (w.i <= w.last) luai_burn(L, (w.last - w.i + 1) * (1 + (w.lsep >> 6)));
      luaL_buffinit(L, &w.b);
      for (; w.i <= w.last; w.i++) {
        lua_rawgeti(L, 1, w.i);
        addfield(L, &w);
        if (w.i == w.last) break;  /* there may be no next one */
        luaL_addlstring(&w.b, w.sep, w.lsep);
      }
      luaL_pushresult(&w.b);
      return 1;
    }
  }
  w.b.size = 0;
  BEGIN(w, 4);
  return concat(L, &w);
}


static const luaL_Reg tab_funcs[] = {
  {"concat", tconcat},
  {"insert", tinsert},
  {"pack", tpack},
  {"unpack", tunpack},
  {"remove", tremove},
  {"move", tmove},
  {"sort", table_sort},
  {NULL, NULL}
};


LUAMOD_API int luaopen_table (lua_State *L) {
  luaL_newlib(L, tab_funcs);
  return 1;
}
