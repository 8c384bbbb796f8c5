/* table.sort: Lua's own quicksort (based on 'Algorithms in MODULA-3', Robert Sedgewick; Addison-Wesley,
   1993), with the same comparisons in the same order, but without recursion. So it can be left. */
#define LUA_LIB
#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include "lua.h"
#include "lauxlib.h"
#include "steps.h"
#include "table.h"

/* type for array indices */
typedef unsigned int IdxT;

/* arrays larger than 'RANLIMIT' may use randomized pivots */
#define RANLIMIT	100u

/* What remains to be sorted after a smaller interval. */
typedef struct Interval {
  IdxT lo, up;
  unsigned int rnd;
} Interval;

typedef struct Sort {
  lua_Frame frame;
  IdxT lo, up;
  IdxT i, j;
  IdxT p;  /* Pivot index */
  unsigned int rnd;
  int less;  /* what the last comparison gave */
  int depth;  /* number of intervals */
  Interval intervals[sizeof(IdxT) * CHAR_BIT];
} Sort;


static unsigned int l_randomizePivot (void) {
#if defined(__wasi__)
  return arc4random();
#else
  return (unsigned int)clock() + (unsigned int)time(NULL);
#endif
}


/*
** Choose an element in the middle (2nd-3th quarters) of [lo,up]
** "randomized" by 'rnd'
*/
static IdxT choosePivot (IdxT lo, IdxT up, unsigned int rnd) {
  IdxT r4 = (up - lo) / 4;  /* range/4 */
  return rnd % (r4 * 2) + (lo + r4);
}


#define AGAIN	sort_again
static int AGAIN (lua_State *L, int status, lua_KContext ctx);


/* Whether the value at index 'a' is less than the one at index 'b', both from the top. A metamethod's
   result is on the top as that of the function is. */
#define COMPARE_(here, a, b) \
  w->frame.at = here; \
  if (lua_isnil(L, 2))  /* no function? */ \
    w->less = lua_compare(L, a, b, LUA_OPLT); \
  else { \
    lua_pushvalue(L, 2); \
    lua_pushvalue(L, (a) - 1);  /* -1 to compensate function */ \
    lua_pushvalue(L, (b) - 2);  /* -2 to compensate function and 'a' */ \
    lua_call(L, 2, 1); \
    case here: \
    w->less = lua_toboolean(L, -1); \
    lua_pop(L, 1); \
  }
#define COMPARE(a, b)	COMPARE_(HERE, a, b)

#define SWAP(i, j)  SET(1, i) SET(1, j)


static int sort (lua_State *L, Sort *w) {
  switch (w->frame.at) {
   case 0:
    for (;;) {
      while (w->lo < w->up) {
        /* sort elements 'lo', 'p', and 'up' */
        PAUSE(4);
        GET(1, w->lo);
        GET(1, w->up);
        COMPARE(-1, -2);
        if (w->less) {  /* a[up] < a[lo]? */
          SWAP(w->lo, w->up);  /* swap a[lo] - a[up] */
        }
        else
          lua_pop(L, 2);  /* remove both values */
        if (w->up - w->lo == 1)  /* only 2 elements? */
          break;  /* already sorted */
        if (w->up - w->lo < RANLIMIT || w->rnd == 0)  /* small interval or no randomize? */
          w->p = (w->lo + w->up) / 2;  /* middle element is a good pivot */
        else  /* for larger intervals, it is worth a random pivot */
          w->p = choosePivot(w->lo, w->up, w->rnd);
        GET(1, w->p);
        GET(1, w->lo);
        COMPARE(-2, -1);
        if (w->less) {  /* a[p] < a[lo]? */
          SWAP(w->p, w->lo);  /* swap a[p] - a[lo] */
        }
        else {
          lua_pop(L, 1);  /* remove a[lo] */
          GET(1, w->up);
          COMPARE(-1, -2);
          if (w->less) {  /* a[up] < a[p]? */
            SWAP(w->p, w->up);  /* swap a[up] - a[p] */
          }
          else
            lua_pop(L, 2);
        }
        if (w->up - w->lo == 2)  /* only 3 elements? */
          break;  /* already sorted */
        GET(1, w->p);  /* get middle element (Pivot) */
        lua_pushvalue(L, -1);  /* push Pivot */
        GET(1, w->up - 1);  /* push a[up - 1] */
        SWAP(w->p, w->up - 1);  /* swap Pivot (a[p]) with a[up - 1] */
        /* The pivot P is on the top. a[lo] <= P == a[up-1] <= a[up], so only lo + 1 to up - 2 are to be
           partitioned. Loop invariant: a[lo .. i] <= P <= a[j .. up] */
        w->i = w->lo;
        w->j = w->up - 1;
        for (;;) {
          /* next loop: repeat ++i while a[i] < P */
          for (;;) {
            PAUSE(1);
            GET(1, ++w->i);
            COMPARE(-1, -2);
            if (!w->less) break;
            if (l_unlikely(w->i == w->up - 1))  /* a[i] < P  but a[up - 1] == P  ?? */
              luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);  /* remove a[i] */
          }
          /* after the loop, a[i] >= P and a[lo .. i - 1] < P */
          /* next loop: repeat --j while P < a[j] */
          for (;;) {
            PAUSE(1);
            GET(1, --w->j);
            COMPARE(-3, -1);
            if (!w->less) break;
            if (l_unlikely(w->j < w->i))  /* j < i  but  a[j] > P ?? */
              luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);  /* remove a[j] */
          }
          /* after the loop, a[j] <= P and a[j + 1 .. up] >= P */
          if (w->j < w->i) break;  /* no elements out of place? */
          /* otherwise, swap a[i] - a[j] to restore invariant and repeat */
          SWAP(w->i, w->j);
        }
        /* a[lo .. i - 1] <= P <= a[j + 1 .. i .. up] */
        lua_pop(L, 1);  /* pop a[j] */
        /* swap pivot (a[up - 1]) with a[i] */
        SWAP(w->up - 1, w->i);
        /* a[lo .. i - 1] <= a[i] == P <= a[i + 1 .. up]: the smaller interval comes first */
        {
          Interval *larger = &w->intervals[w->depth++];
          IdxT p = w->i, n;
          if (p - w->lo < w->up - p) {  /* lower interval is smaller? */
            n = p - w->lo;
            larger->lo = p + 1;
            larger->up = w->up;
            w->up = p - 1;
          }
          else {
            n = w->up - p;
            larger->lo = w->lo;
            larger->up = p - 1;
            w->lo = p + 1;
          }
          larger->rnd = w->rnd;
          if ((larger->up - larger->lo) / 128 > n) /* partition too imbalanced? */
            larger->rnd = l_randomizePivot();  /* try a new randomization */
        }
      }
      if (w->depth == 0) break;
      w->depth--;
      w->lo = w->intervals[w->depth].lo;
      w->up = w->intervals[w->depth].up;
      w->rnd = w->intervals[w->depth].rnd;
    }
  }
  lua_staying(L);
  return 0;
}


static int begin (lua_State *L, Sort *w);


static int AGAIN (lua_State *L, int status, lua_KContext ctx) {
  Sort w = *(const Sort *)ctx;
  (void)status;
  lua_leavable(L, &w.frame, AGAIN);
  return w.frame.at < 0 ? begin(L, &w) : sort(L, &w);
}


/* The length is on the top, above the arguments and the place of the copy. */
static int begin (lua_State *L, Sort *w) {
  lua_Integer n = table_length(L);
  if (n <= 1) {  /* trivial interval? */
    lua_staying(L);
    return 0;
  }
  luaL_argcheck(L, n < INT_MAX, 1, "array too big");
  if (!lua_isnoneornil(L, 2))  /* is there a 2nd argument? */
    luaL_checktype(L, 2, LUA_TFUNCTION);  /* must be a function */
  w->frame.at = 0;
  w->lo = 1;
  w->up = (IdxT)n;
  w->rnd = 0;
  w->depth = 0;
  return sort(L, w);
}


int table_sort (lua_State *L) {
  Sort w;
  table_check(L, 1, TAB_RW | TAB_L);
  lua_settop(L, 2);  /* make sure there are two arguments */
  BEGIN(w, 2);
  w.frame.at = -1;
  lua_len(L, 1);
  return begin(L, &w);
}
