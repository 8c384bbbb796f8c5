/* The items that every match of a pattern begins with, each for one character: looked for in one go, by the
   Shift-And algorithm (Baeza-Yates and Gonnet 1992). */
#ifndef prefix_h
#define prefix_h

/* As many as there are bits. */
#define MAXPREFIX	32

typedef struct Prefix {
  int length;  /* how many items there are */
  unsigned int matching[256];  /* of each character, those that it matches */
} Prefix;

/* Takes the items of the pattern from `p` to `p_end`; raises no error for what is wrong in it. */
void prefix_make (Prefix *prefix, const char *p, const char *p_end);
/* Gives the first place from `s` on where they match, before `end`; NULL without one. */
const char *prefix_find (const Prefix *prefix, const char *s, const char *end);
#endif
