/* See single.h. The classes are those of C's locale, which is the only one. */
#include "single.h"

#define ALPHA	1
#define DIGIT	2
#define LOWER	4
#define UPPER	8
#define SPACE	16
#define CNTRL	32
#define PUNCT	64
#define HEX	128

/* The kinds of the characters of ASCII. */
#define C	CNTRL
#define S	(CNTRL | SPACE)
#define P	PUNCT
#define D	(DIGIT | HEX)
#define X	(ALPHA | UPPER | HEX)
#define U	(ALPHA | UPPER)
#define x	(ALPHA | LOWER | HEX)
#define l	(ALPHA | LOWER)
static const unsigned char kinds[128] = {
  C, C, C, C, C, C, C, C, C, S, S, S, S, S, C, C,
  C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
  SPACE, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
  D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P,
  P, X, X, X, X, X, X, U, U, U, U, U, U, U, U, U,
  U, U, U, U, U, U, U, U, U, U, U, P, P, P, P, P,
  P, x, x, x, x, x, x, l, l, l, l, l, l, l, l, l,
  l, l, l, l, l, l, l, l, l, l, l, P, P, P, P, C
};
#undef C
#undef S
#undef P
#undef D
#undef X
#undef U
#undef x
#undef l


/* The kinds that a letter stands for, or 0 for one that stands for none. */
static int kindsof (int letter) {
  switch (letter) {
    case 'a': return ALPHA;
    case 'c': return CNTRL;
    case 'd': return DIGIT;
    case 'g': return ALPHA | DIGIT | PUNCT;
    case 'l': return LOWER;
    case 'p': return PUNCT;
    case 's': return SPACE;
    case 'u': return UPPER;
    case 'w': return ALPHA | DIGIT;
    case 'x': return HEX;
    default: return 0;
  }
}


#define iskind(c, mask)  ((unsigned char)(c) < 128 && (kinds[(unsigned char)(c)] & (mask)))
#define islowercase(cl)  ((cl) >= 'a' && (cl) <= 'z')
#define isuppercase(cl)  ((cl) >= 'A' && (cl) <= 'Z')


int single_inclass (char c, char cl) {
  int mask;
  int letter = isuppercase(cl) ? cl + ('a' - 'A') : cl;
  if ((mask = kindsof(letter)) != 0) return !iskind(c, mask) == !islowercase(cl);
  if (letter == 'z') return (c == 0) == islowercase(cl);  /* deprecated */
  return cl == c;
}


int single_inset (char c, const char *p, const char *ec) {
  int sig = 1;
  if (*(p + 1) == '^') {
    sig = 0;
    p++;  /* skip the '^' */
  }
  while (++p < ec) {
    if (*p == L_ESC) {
      p++;
      if (single_inclass(c, *p))
        return sig;
    }
    else if (*(p + 1) == '-' && p + 2 < ec) {
      p += 2;
      if ((unsigned char)*(p - 2) <= (unsigned char)c && (unsigned char)c <= (unsigned char)*p)
        return sig;
    }
    else if (*p == c) return sig;
  }
  return !sig;
}


/* Walks the set as single_inset does, once for all characters. */
void single_tabulate (Table *table, const char *p, const char *ec) {
  int sig = 1, c;
  table->of = p;
  if (*(p + 1) == '^') {
    sig = 0;
    p++;
  }
  memset(table->in, !sig, sizeof(table->in));
  while (++p < ec) {
    if (*p == L_ESC) {
      p++;
      for (c = 0; c < 256; c++)
        if (single_inclass((char)c, *p)) table->in[c] = sig;
    }
    else if (*(p + 1) == '-' && p + 2 < ec) {
      p += 2;
      for (c = (unsigned char)*(p - 2); c <= (unsigned char)*p; c++)
        table->in[c] = sig;
    }
    else table->in[(unsigned char)*p] = sig;
  }
}


/* So many characters are tested one by one. */
#define FEW	32


const char *single_span (const char *s, const char *end, const char *p,
                         const char *ep, int want, Table *table) {
  switch (*p) {
    case '.':
      return want ? end : s;
    case L_ESC:
      while (s < end && single_inclass(*s, p[1]) == want) s++;
      return s;
    case '[':
      if (table->of != p) {
        const char *few = (end - s > FEW) ? s + FEW : end;
        while (s < few && single_inset(*s, p, ep - 1) == want) s++;
        if (s < few || s == end) return s;
        single_tabulate(table, p, ep - 1);
      }
      while (s < end && table->in[(unsigned char)*s] == want) s++;
      return s;
    default: {
      const char *few = (want || end - s <= FEW) ? end : s + FEW;
      const char *found;
      while (s < few && (*s == *p) == want) s++;
      if (s < few || s == end) return s;
      found = memchr(s, *p, end - s);
      return found != NULL ? found : end;
    }
  }
}
