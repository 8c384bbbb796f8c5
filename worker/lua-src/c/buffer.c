/* What a luaL_Buffer holds that has outgrown the C stack. */
#include "lua.h"
#include "lgc.h"
#include "lmem.h"
#include "lobject.h"
#include "lstate.h"
#include "lstring.h"

/* Pushes an empty block. No script ever sees it. */
void lua_newblock(lua_State *L) {
  Udata *u = luaS_newudata(L, sizeof(Block), 0);
  Block *block = (Block *)getudatamem(u);
  u->tt = LUA_VBLOCK;
  block->bytes = NULL;
  block->size = 0;
  val_(s2v(L->top.p)).gc = obj2gco(u);
  settt_(s2v(L->top.p), ctb(LUA_VBLOCK));
  L->top.p++;
  luaC_checkGC(L);
}

/* Gives the block at idx, which is relative to the top, this size. */
void *lua_resizeblock(lua_State *L, int idx, size_t size) {
  GCObject *o = gcvalue(s2v(L->top.p + idx));
  Block *block = (Block *)getudatamem(&cast_u(o)->u);
  void *bytes = luaM_saferealloc_(L, block->bytes, block->size, size);
  block->bytes = bytes;
  block->size = size;
  return bytes;
}
