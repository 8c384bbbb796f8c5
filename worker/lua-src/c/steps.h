/* A function that can be left, written as if it could not: its body is `switch (w->frame.at)` with `case 0:`
   at its beginning, and what it works on is all in `*w`, whose continuation is AGAIN. After each of these
   the stack is the same whether the function was left in it or not. */
#ifndef steps_h
#define steps_h
#include "leave.h"

/* Numbers in order, none of them 0. */
#define HERE	(__COUNTER__ + 1)

#define PAUSE_(here, n) \
  if (luai_pause(L, n)) { w->frame.at = here; return lua_leave(L, &w->frame, AGAIN); case here:; }
#define GET_(here, t, i)  w->frame.at = here; lua_geti(L, t, i); case here:
#define SET_(here, t, i) \
  w->frame.at = here; lua_seti(L, t, i); if (0) { case here: lua_pop(L, 1); }
#define LENGTH_(here, t)  w->frame.at = here; lua_len(L, t); case here:

/* Burns n units of fuel, and leaves when others are to have a turn. */
#define PAUSE(n)	PAUSE_(HERE, n)
/* Pushes t[i]. */
#define GET(t, i)	GET_(HERE, t, i)
/* Pops t[i]. */
#define SET(t, i)	SET_(HERE, t, i)
/* Pushes #t. */
#define LENGTH(t)	LENGTH_(HERE, t)

/* Begins work: its copy takes the place of a value above the arguments, of which there are `count`. */
#define BEGIN(w, count) \
  { w.frame.size = sizeof(w); w.frame.slot = (count) + 1; w.frame.at = 0; lua_pushnil(L); \
    lua_leavable(L, &w.frame, AGAIN); }
#endif
