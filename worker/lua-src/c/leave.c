/* See leave.h. A frame that can be left has the bit CIST_LEAVE, and CIST_LEFT once only the copy is
   there. One that raises an error and whose message handler runs has CIST_LEFT alone. The thread counts
   them all. */
#include <string.h>

#include "lua.h"
#include "lobject.h"
#include "lstate.h"
#include "lstring.h"
#include "leave.h"

void lua_leavableat (lua_State *L, lua_KContext at, lua_KFunction k) {
  CallInfo *ci = L->ci;
  if (!(ci->callstatus & CIST_LEAVE)) L->nleave++;
  ci->callstatus |= CIST_LEAVE | CIST_LEFT;
  ci->u.c.k = k;
  ci->u.c.ctx = at;
}

void lua_leavable (lua_State *L, lua_Frame *frame, lua_KFunction k) {
  lua_leavableat(L, (lua_KContext)frame, k);
  L->ci->callstatus &= ~CIST_LEFT;
}

void lua_staying (lua_State *L) {
  L->ci->callstatus &= ~(CIST_LEAVE | CIST_LEFT);
  L->nleave--;
}

int lua_leave (lua_State *L, lua_Frame *frame, lua_KFunction k) {
  lua_leavable(L, frame, k);
  return lua_yieldk(L, 0, (lua_KContext)frame, k);
}

int lua_hasleavable (lua_State *L) {
  return L->nleave != 0;
}

/* The running function is about to call its message handler, which may be left; then it is not gone on
   with. */
void luai_raising (lua_State *L) {
  CallInfo *ci = L->ci;
  if (!(ci->callstatus & (CIST_LEAVE | CIST_LEFT))) L->nleave++;
  ci->callstatus = (ci->callstatus & ~CIST_LEAVE) | CIST_LEFT;
}

static void keep (lua_State *L, CallInfo *ci) {
  const lua_Frame *frame = (const lua_Frame *)ci->u.c.ctx;
  const TValue *kept = s2v(ci->func.p + frame->slot);
  Udata *copy;
  if (ttisfulluserdata(kept) && uvalue(kept)->len == frame->size)
    copy = uvalue(kept);  /* of an earlier time */
  else {
    copy = luaS_newudata(L, frame->size, 0);
    setuvalue(L, s2v(ci->func.p + frame->slot), copy);
  }
  memcpy(getudatamem(copy), frame, frame->size);
  ci->u.c.ctx = (lua_KContext)getudatamem(copy);
  ci->callstatus |= CIST_LEFT;
}

/* The native stack is about to be given up down to where the thread was resumed. Of an error, what the
   next pcall goes back to stays. */
void luai_keep (lua_State *L, int errcode) {
  CallInfo *ci = L->ci;
  int left;
  if (errcode == LUA_ERRMEM || (errcode != LUA_YIELD && lua_is_stopped(L))) {
    L->nleave = 0;  /* the run ends */
    return;
  }
  if (errcode != LUA_YIELD) {
    for (; ci != NULL && !(ci->callstatus & CIST_YPCALL); ci = ci->previous) {
      luai_burn_silently(1);
      if (ci->callstatus & (CIST_LEAVE | CIST_LEFT)) L->nleave--;
    }
    /* a pcall catches its own error: that of a call too deep, or of what it closes */
    if (ci != NULL && (ci->callstatus & (CIST_LEAVE | CIST_LEFT)) == CIST_LEFT) {
      ci->callstatus &= ~CIST_LEFT;
      L->nleave--;
    }
  }
  /* no further than there are any: the stack may be deep, and errors many */
  for (left = L->nleave; left > 0 && ci != NULL; ci = ci->previous) {
    luai_burn_silently(1);
    if (!(ci->callstatus & (CIST_LEAVE | CIST_LEFT))) continue;
    left--;
    if (!(ci->callstatus & CIST_LEFT)) keep(L, ci);
  }
}
