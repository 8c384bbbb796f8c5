/* Functions in C that can be left in the midst of their work: so that others have a turn, for a wait
   in a function that they call, and by an error that such a function catches. The native stack is gone
   then; what they work on stays in a userdata on their own part of Lua's stack, and their continuation
   goes on with it. A script sees nothing of it: it still cannot yield across them. */
#ifndef leave_h
#define leave_h
#include "lua.h"
#include "lauxlib.h"

/* What a function works on begins with this. */
typedef struct lua_Frame {
  unsigned int size;  /* of all of it, in bytes */
  int slot;  /* the index on Lua's stack that is free for its copy */
  int at;  /* where to go on */
} lua_Frame;

/* From here on the running function can be left: `k` goes on then, with the copy as its context. */
void lua_leavable (lua_State *L, lua_Frame *frame, lua_KFunction k);
/* The same for what works on nothing but a whole number, which `k` is given. */
void lua_leavableat (lua_State *L, lua_KContext at, lua_KFunction k);
/* From here on it cannot. Whatever is leavable says so before it returns. */
void lua_staying (lua_State *L);
/* Leaves, to go on in `k`. For when luai_pause says so. */
int lua_leave (lua_State *L, lua_Frame *frame, lua_KFunction k);
/* Whether a function that can be left is on the stack: a script may not yield. */
int lua_hasleavable (lua_State *L);
/* A buffer in a copy that was taken back. */
static inline void lua_keptbuffer (luaL_Buffer *b) {
  if (b->size == LUAL_BUFFERSIZE) b->b = b->init.b;
}
#endif
