/* See prefix.h. */
#include <string.h>

#include "prefix.h"
#include "single.h"

/* Gives the end of the item at `p`, or NULL if it is none for one character. */
static const char *item_end (const char *p, const char *p_end) {
  if (p == p_end) return NULL;
  switch (*p) {
    case '(': case ')':
      return NULL;
    case '$':
      return (p + 1 == p_end) ? NULL : p + 1;
    case L_ESC:
      if (p + 1 == p_end || p[1] == 'b' || p[1] == 'f' || (p[1] >= '0' && p[1] <= '9'))
        return NULL;
      return p + 2;
    case '[':
      p++;
      if (p < p_end && *p == '^') p++;
      do {
        if (p >= p_end) return NULL;
        if (*(p++) == L_ESC) p++;
      } while (p < p_end && *p != ']');
      return (p < p_end) ? p + 1 : NULL;
    default:
      return p + 1;
  }
}


static void add_item (Prefix *prefix, const char *p, const char *ep) {
  unsigned int bit = 1u << prefix->length++;
  Table table;
  int c;
  if (*p == '[') single_tabulate(&table, p, ep - 1);
  for (c = 0; c < 256; c++) {
    if (*p == '[' ? table.in[c] : single_match((char)c, p, ep))
      prefix->matching[c] |= bit;
  }
}


void prefix_make (Prefix *prefix, const char *p, const char *p_end) {
  prefix->length = 0;
  memset(prefix->matching, 0, sizeof(prefix->matching));
  if (p < p_end && *p == '(' && p[1] != ')') p++;
  while (prefix->length < MAXPREFIX) {
    const char *ep = item_end(p, p_end);
    if (ep == NULL || (ep < p_end && (*ep == '*' || *ep == '?' || *ep == '-'))) return;
    add_item(prefix, p, ep);
    if (ep < p_end && *ep == '+') return;
    p = ep;
  }
}


const char *prefix_find (const Prefix *prefix, const char *s, const char *end) {
  const unsigned int last = 1u << (prefix->length - 1);
  unsigned int begun = 0;  /* the items up to which the last characters match */
  while (s < end) {
    begun = ((begun << 1) | 1) & prefix->matching[(unsigned char)*s++];
    if (begun & last) return s - prefix->length;
  }
  return NULL;
}
