/* Native Lua's side of the benchmarks: runs a program some times, each in a state of its own, and prints for each the
   milliseconds that the function took which the program returns, and what that returned. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

static double milliseconds (void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int run (const char *file) {
  lua_State *L = luaL_newstate();
  double started = 0;
  int failed;
  if (L == NULL) return 1;
  luaL_openlibs(L);
  failed = luaL_loadfile(L, file) || lua_pcall(L, 0, 1, 0);
  if (!failed) {
    started = milliseconds();
    failed = lua_pcall(L, 0, 1, 0);
  }
  if (failed) fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
  else {
    double took = milliseconds() - started;
    printf("%.6f\t%s\n", took, luaL_tolstring(L, -1, NULL));
  }
  lua_close(L);
  return failed;
}

int main (int argc, char **argv) {
  int times;
  if (argc != 3) {
    fprintf(stderr, "usage: %s FILE.lua TIMES\n", argv[0]);
    return 2;
  }
  for (times = atoi(argv[2]); times > 0; times--)
    if (run(argv[1])) return 1;
  return 0;
}
