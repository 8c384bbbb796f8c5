/* The reader's local time, as the sandbox knows it: for loslib.c. */
#ifndef local_time_h
#define local_time_h
#include <stdint.h>
#include <stdio.h>
#include <time.h>
struct lua_State;

/* The fields of struct tm in its order, and the seconds that local time is ahead of UTC. */
typedef struct { int sec, min, hour, mday, mon, year, wday, yday, isdst, offset; } lua_Broken;
/* Both are defined by the sandbox: localtime (0 when there is none), and mktime. */
extern int lua_local_time(struct lua_State *L, int64_t t, lua_Broken *fields);
extern int64_t lua_make_time(struct lua_State *L, lua_Broken *fields);

static struct tm *lua_totm(struct tm *r, const lua_Broken *f) {
  r->tm_sec = f->sec; r->tm_min = f->min; r->tm_hour = f->hour;
  r->tm_mday = f->mday; r->tm_mon = f->mon; r->tm_year = f->year;
  r->tm_wday = f->wday; r->tm_yday = f->yday; r->tm_isdst = f->isdst;
  r->__tm_gmtoff = f->offset;
  return r;
}

#define l_gmtime(t, r) gmtime_r(t, r)
#define l_localtime(t, r) \
  (lua_local_time(L, (int64_t)*(t), &broken) ? lua_totm(r, &broken) : NULL)

static time_t lua_mktime(struct lua_State *L, struct tm *r) {
  lua_Broken f = {r->tm_sec, r->tm_min, r->tm_hour, r->tm_mday, r->tm_mon, r->tm_year,
                  0, 0, r->tm_isdst, 0};
  time_t t = (time_t)lua_make_time(L, &f);
  lua_totm(r, &f);
  return t;
}

/* No engine tells the zone's letters: it is named as tzdata names those without any. */
static size_t lua_zone(char *buffer, size_t size, const struct tm *r, int is_utc) {
  int minutes = (int)(r->__tm_gmtoff / 60), ahead = minutes >= 0;
  if (is_utc) return (size_t)snprintf(buffer, size, "GMT");
  if (!ahead) minutes = -minutes;
  return (size_t)snprintf(buffer, size, minutes % 60 ? "%c%02d%02d" : "%c%02d",
                          ahead ? '+' : '-', minutes / 60, minutes % 60);
}
#endif
