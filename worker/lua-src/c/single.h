/* What an item of a pattern matches: a character, a class or a set of them. `p` is where the item begins,
   `ep` where it ends. */
#ifndef single_h
#define single_h
#include <string.h>

#include "match.h"

/* A set as a table, made when it has been tested for a while. */
typedef struct Table {
  const char *of;  /* the set, or NULL */
  unsigned char in[256];
} Table;

/* Whether `c` is of the class that the letter `cl` stands for. */
int single_inclass (char c, char cl);
/* Whether `c` is in the set that begins at `p` and has its ']' at `ec`. */
int single_inset (char c, const char *p, const char *ec);

static inline int single_match (char c, const char *p, const char *ep) {
  switch (*p) {
    case '.': return 1;
    case L_ESC: return single_inclass(c, p[1]);
    case '[': return single_inset(c, p, ep - 1);
    default: return *p == c;
  }
}

/* Tests the set that begins at `p` and has its ']' at `ec` for all characters. */
void single_tabulate (Table *table, const char *p, const char *ec);
/* Skips what matches if `want`, else what does not, from `s` to `end` at the most. */
const char *single_span (const char *s, const char *end, const char *p,
                         const char *ep, int want, Table *table);
#endif
