/* Pattern matching, for string.find, match, gmatch and gsub. */
#ifndef match_h
#define match_h
#include <stddef.h>

#include "lua.h"

#define L_ESC	'%'

/* As lstrlib.c has it. */
#if !defined(LUA_MAXCAPTURES)
#define LUA_MAXCAPTURES	32
#endif

#define CAP_UNFINISHED	(-1)
#define CAP_POSITION	(-2)

/* What is matched, and how far it is. */
typedef struct Match {
  const char *src_init;  /* the subject */
  const char *src_end;
  const char *p_init;  /* the pattern, without its anchor */
  const char *p_end;
  const char *start;  /* where the next try begins; of a match, where that does */
  const char *lastmatch;  /* where a match may not end, or NULL */
  lua_State *L;
  const char *first, *firstend;  /* the class that each match begins with */
  const char *s, *p, *ep;  /* where the machine was left, */
  ptrdiff_t n;
  int at;  /* in what, */
  int depth;  /* with how many choices, */
  int slot;  /* and the index on Lua's stack where those are */
  int anchor;  /* whether there is one try alone */
  int level;  /* how many captures there are, unfinished ones included */
  struct {
    const char *init;
    ptrdiff_t len;
  } capture[LUA_MAXCAPTURES];
} Match;

/* Makes a match of `pattern` with `subject`, from `start` on. Choices are kept in `slot`. */
void match_init (Match *m, lua_State *L, const char *subject, size_t ls,
                 const char *pattern, size_t lp, int slot);
/* Gives the end of the first match from m->start on; NULL without one; match_left when the run is to
   leave, and to call this again later. */
const char *match_next (Match *m);
extern const char match_left[];

/* Pushes the captures of the match from m->start to `e`, or those alone if `e` is NULL. */
int match_pushcaptures (Match *m, const char *e);
/* Pushes capture `i`. */
void match_pushcapture (Match *m, int i, const char *e);
/* Gives the length of capture `i` and its address, or pushes it and gives CAP_POSITION. */
ptrdiff_t match_getcapture (Match *m, int i, const char *e, const char **capture);
#endif
