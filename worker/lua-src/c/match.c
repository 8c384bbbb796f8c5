/* A machine for Lua's patterns. It tries the same in the same order as Lua's own matcher, and fails with
   the same errors; what that has on the native stack is a list of choices here. So it can be left anywhere. */
#define LUA_LIB
#include <limits.h>
#include <string.h>

#include "lua.h"
#include "lauxlib.h"
#include "prefix.h"
#include "single.h"

const char match_left[] = "left";

/* As many as Lua's own recursion is deep. */
#define MAXCHOICES	200

/* What remains to be tried if the rest of the pattern does not match. `n` tells what it is, or how many
   repetitions there may be. */
typedef struct Choice {
  const char *s;
  const char *p;  /* the item */
  const char *ep;  /* its end, where its suffix is */
  ptrdiff_t n;
} Choice;

#define MINIMUM		(-1)  /* one repetition more */
#define OPTIONAL	(-2)  /* none */
#define OPENED		(-3)  /* nothing: a capture was opened */
#define CLOSED		(-4)  /* nor here: the capture CLOSED - n was closed */

/* Where the machine can be left. */
enum { START, SCAN, ITEM, EXPAND, BALANCE };

/* Steps between two looks at the fuel; four are a unit. */
#define STEPS	1024

/* After so many tries of one match that began with the first class and failed, with at most SPARSE characters
   between two of them, all items are looked for that the pattern begins with. */
#define MANYTRIES	128
#define SPARSE	16
/* How many characters are looked at then in one go. */
#define FAR	(8 * STEPS)


static int check_capture (Match *m, int l) {
  l -= '1';
  if (l_unlikely(l < 0 || l >= m->level ||
                 m->capture[l].len == CAP_UNFINISHED))
    return luaL_error(m->L, "invalid capture index %%%d", l + 1);
  return l;
}


static int capture_to_close (Match *m) {
  int level = m->level;
  for (level--; level >= 0; level--)
    if (m->capture[level].len == CAP_UNFINISHED) return level;
  return luaL_error(m->L, "invalid pattern capture");
}


static const char *classend (Match *m, const char *p) {
  switch (*p++) {
    case L_ESC: {
      if (l_unlikely(p == m->p_end))
        luaL_error(m->L, "malformed pattern (ends with '%%')");
      return p + 1;
    }
    case '[': {
      if (*p == '^') p++;
      do {  /* look for a ']' */
        if (l_unlikely(p == m->p_end))
          luaL_error(m->L, "malformed pattern (missing ']')");
        if (*(p++) == L_ESC && p < m->p_end)
          p++;  /* skip escapes (e.g. '%]') */
      } while (*p != ']');
      return p + 1;
    }
    default: {
      return p;
    }
  }
}


/* Finds the class that each match begins with, or NULL. What would fail in the first try fails here. */
static void find_first (Match *m) {
  const char *p = m->p_init, *ep;
  m->first = NULL;
  if (m->anchor) return;
  if (*p == '(' && p[1] != ')') p++;
  if (p == m->p_end) return;
  switch (*p) {
    case '(': case ')': case '$':
      return;
    case L_ESC:
      switch (p + 1 == m->p_end ? 'b' : p[1]) {
        case 'b': case 'f': case '0': case '1': case '2': case '3': case '4':
        case '5': case '6': case '7': case '8': case '9':
          return;
        default: break;
      }
      break;
    default: break;
  }
  ep = classend(m, p);
  if (*ep == '*' || *ep == '?' || *ep == '-') return;
  m->first = p;
  m->firstend = ep;
}


/* Keeps the choices on Lua's stack. */
static void leave (Match *m, const Choice *choices) {
  lua_State *L = m->L;
  size_t size = m->depth * sizeof(Choice);
  if (lua_gettop(L) < m->slot) lua_settop(L, m->slot);
  memcpy(lua_newuserdatauv(L, size, 0), choices, size);
  lua_replace(L, m->slot);
}


void match_init (Match *m, lua_State *L, const char *subject, size_t ls,
                 const char *pattern, size_t lp, int slot) {
  m->src_init = subject;
  m->src_end = subject + ls;
  m->p_init = pattern;
  m->p_end = pattern + lp;
  m->start = subject;
  m->lastmatch = NULL;
  m->L = L;
  m->at = START;
  m->slot = slot;
  m->anchor = 0;
  m->level = 0;
}


const char *match_next (Match *m) {
  Choice choices[MAXCHOICES];
  Table table;
  Prefix prefix;
  Choice *top = choices;
  const char *const src_end = m->src_end, *const p_end = m->p_end;
  const char *s = m->s, *p = m->p, *ep = m->ep, *first, *firstend;
  ptrdiff_t n = m->n;
  const char *const begin = m->start;
  int steps = STEPS, at, tries = 0;
  table.of = NULL;
  if (m->start > src_end) return NULL;
  if (m->at > SCAN) {
    memcpy(choices, lua_touserdata(m->L, m->slot), m->depth * sizeof(Choice));
    top += m->depth;
  }
  else if (m->at == START) find_first(m);
  first = m->first; firstend = m->firstend;
#define spend(n, here)  { if (l_unlikely((steps -= (int)(n)) < 0)) { m->at = here; goto rest; } }
 go_on:
  at = m->at;
  m->at = SCAN;  /* an error begins the try anew */
  switch (at) {
    case ITEM: goto item;
    case EXPAND: goto expand;
    case BALANCE: goto balance;
    default: goto scan;
  }
 rest:
  at = (STEPS - steps) >> 2;
  steps = STEPS;
  if (!luai_pause(m->L, at)) goto go_on;
  m->s = s; m->p = p; m->ep = ep; m->n = n; m->depth = (int)(top - choices);
  leave(m, choices);
  return match_left;
 next:
  if (m->start == src_end || m->anchor) goto none;
  m->start++;
 scan:
  top = choices;
  m->level = 0;
  if (tries > MANYTRIES) {
    const char *end = (src_end - m->start > FAR) ? m->start + FAR : src_end;
    const char *found = prefix_find(&prefix, m->start, end);
    const char *to = (found != NULL) ? found : end - prefix.length + 1;
    if (found == NULL && end == src_end) goto none;
    steps -= (int)((to - m->start) >> 3);
    m->start = to;
    if (found == NULL) {
      spend(1, SCAN);
      goto scan;
    }
  }
  else if (first != NULL) {
    const char *from = m->start;
    ptrdiff_t most = firstend - first < 64 ? STEPS : 1;
    if (src_end - from < most) most = src_end - from;
    m->start = single_span(from, from + most, first, firstend, 0, &table);
    steps -= (int)((m->start - from) >> 1);
    if (m->start == from + most) {
      if (m->start == src_end) goto none;
      spend(1 + ((firstend - first) >> 3), SCAN);
      goto scan;
    }
    if (++tries == MANYTRIES) {
      prefix_make(&prefix, m->p_init, p_end);
      if (prefix.length > 1 && m->start - begin < MANYTRIES * SPARSE) tries++;
      else tries = INT_MIN;
    }
    if (first == m->p_init && *firstend != '+') {  /* the item needs no second look */
      s = m->start + 1; p = firstend;
      goto enter;
    }
  }
  s = m->start; p = m->p_init;
 enter:
  steps -= 2;
  if (l_unlikely(top - choices == MAXCHOICES))
    luaL_error(m->L, "pattern too complex");
 item:
  spend(1, ITEM);
  if (p == p_end) goto matched;
  switch (*p) {
    case '(': {
      if (m->level >= LUA_MAXCAPTURES) luaL_error(m->L, "too many captures");
      m->capture[m->level].init = s;
      m->capture[m->level].len = (p[1] == ')') ? CAP_POSITION : CAP_UNFINISHED;
      p += (p[1] == ')') ? 2 : 1;
      m->level++;
      (top++)->n = OPENED;
      goto enter;
    }
    case ')': {
      int l = capture_to_close(m);
      m->capture[l].len = s - m->capture[l].init;
      (top++)->n = CLOSED - l;
      p++;
      goto enter;
    }
    case '$': {
      if (p + 1 != p_end) break;
      if (s == src_end) goto matched;
      goto fail;
    }
    case L_ESC: {
      switch (p[1]) {
        case 'b': {
          if (l_unlikely(p + 2 >= p_end - 1))
            luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
          if (*s != p[2]) goto fail;
          n = 1;
          goto balance;
        }
        case 'f': {
          char previous = (s == m->src_init) ? '\0' : s[-1];
          p += 2;
          if (l_unlikely(*p != '['))
            luaL_error(m->L, "missing '[' after '%%f' in pattern");
          ep = classend(m, p);
          steps -= (int)((ep - p) >> 2);
          if (single_inset(previous, p, ep - 1) || !single_inset(*s, p, ep - 1))
            goto fail;
          p = ep;
          goto item;
        }
        case '0': case '1': case '2': case '3': case '4':
        case '5': case '6': case '7': case '8': case '9': {
          int l = check_capture(m, (unsigned char)p[1]);
          size_t len = m->capture[l].len;
          if ((size_t)(src_end - s) < len || memcmp(m->capture[l].init, s, len) != 0)
            goto fail;
          steps -= (int)(len >> 4);
          s += len;
          p += 2;
          goto item;
        }
        default: break;
      }
      break;
    }
    default: break;
  }
  if (*p == L_ESC || *p == '[') {
    ep = classend(m, p);
    steps -= (int)((ep - p) >> 3);
  }
  else ep = p + 1;
  if (s < src_end && single_match(*s, p, ep)) {
    switch (*ep) {
      case '?':
        top->s = s; top->ep = ep; (top++)->n = OPTIONAL;
        s++; p = ep + 1;
        goto enter;
      case '+':
        s++;  /* FALLTHROUGH */
      case '*':
        n = 0;
        goto expand;
      case '-':
        top->s = s; top->p = p; top->ep = ep; (top++)->n = MINIMUM;
        p = ep + 1;
        goto enter;
      default:
        s++; p = ep;
        goto item;
    }
  }
  if (*ep == '*' || *ep == '?' || *ep == '-') {
    p = ep + 1;
    goto item;
  }
 fail:
  for (; top > choices; top--) {
    Choice *c = top - 1;
    if (c->n > 0) {
      s = c->s + --c->n; p = c->ep + 1;
      goto enter;
    }
    switch (c->n) {
      case 0:
        break;
      case MINIMUM:
        steps -= (int)((c->ep - c->p) >> 3);
        if (c->s < src_end && single_match(*c->s, c->p, c->ep)) {
          s = ++c->s; p = c->ep + 1;
          goto enter;
        }
        break;
      case OPTIONAL:
        s = c->s; p = c->ep + 1;
        top--;
        goto item;
      case OPENED:
        m->level--;
        break;
      default:
        m->capture[CLOSED - c->n].len = CAP_UNFINISHED;
        break;
    }
  }
  goto next;
 expand: {
    const char *from = s + n;
    ptrdiff_t most = ep - p < 64 ? STEPS : 1;
    if (src_end - from < most) most = src_end - from;
    n = single_span(from, from + most, p, ep, 1, &table) - s;
    steps -= (int)((s + n - from) >> 1);
    if (s + n == from + most && s + n != src_end) {
      spend(1 + ((ep - p) >> 3), EXPAND);
      goto expand;
    }
    top->s = s; top->ep = ep; (top++)->n = n;
    s += n; p = ep + 1;
    goto enter;
  }
 balance: {
    const char *end = (src_end - s > STEPS) ? s + STEPS : src_end;
    const char b = p[2], e = p[3];
    while (++s < end) {
      if (*s == e) {
        if (--n == 0) {
          s++; p += 4;
          goto item;
        }
      }
      else if (*s == b) n++;
    }
    if (s >= src_end) goto fail;
    s--;
    spend(STEPS / 2, BALANCE);
    goto balance;
  }
 matched:
  if (s == m->lastmatch) goto next;
  luai_burn_silently((STEPS - steps) >> 2);
  return s;
 none:
  luai_burn_silently((STEPS - steps) >> 2);
  return NULL;
}


ptrdiff_t match_getcapture (Match *m, int i, const char *e, const char **capture) {
  if (i >= m->level) {
    if (l_unlikely(i != 0))
      luaL_error(m->L, "invalid capture index %%%d", i + 1);
    *capture = m->start;
    return e - m->start;
  }
  else {
    ptrdiff_t len = m->capture[i].len;
    *capture = m->capture[i].init;
    if (l_unlikely(len == CAP_UNFINISHED))
      luaL_error(m->L, "unfinished capture");
    else if (len == CAP_POSITION)
      lua_pushinteger(m->L, (m->capture[i].init - m->src_init) + 1);
    return len;
  }
}


void match_pushcapture (Match *m, int i, const char *e) {
  const char *capture;
  ptrdiff_t len = match_getcapture(m, i, e, &capture);
  if (len != CAP_POSITION)
    lua_pushlstring(m->L, capture, len);
}


int match_pushcaptures (Match *m, const char *e) {
  int i;
  int n = (m->level == 0 && e != NULL) ? 1 : m->level;
  luaL_checkstack(m->L, n, "too many captures");
  for (i = 0; i < n; i++)
    match_pushcapture(m, i, e);
  return n;
}
