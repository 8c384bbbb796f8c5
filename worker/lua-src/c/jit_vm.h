/* Compiled functions' side of the VM. A part of lvm.c, for its macros and cases. */
#include <stddef.h>
#ifdef __wasm__

/* The bytes of native stack that compiled frames may take, of a megabyte; whoever is deeper goes back to the interpreter's loop. */
#define JIT_STACK (128 * 1024)
/* Those that the interpreter's loop takes, as V8's baseline code has it. */
#define JIT_LOOP_STACK 4096

typedef int (*Compiled)(lua_State *L, CallInfo *ci, int pc, int depth);

/* Counts up with the clock, once in one to three milliseconds of computing. */
static unsigned int now;

/* After how many of those, as parts of the threshold, the compiler is loaded and used: it takes some 50 ms until it is fast, which pays
   where scripts compute for longer. */
#define LOADED_AFTER 120
#define USED_AFTER 60

void lua_jit_tick(void) { now++; }

/* What the functions made from now on need to be hot, before and after it is clear that they were not compiled before; and for
   how many instructions they are watched then. */
void lua_jit_configure(lua_State *L, int heat, int threshold, int watched) {
  G(L)->jitheat = heat;
  G(L)->jitthreshold = threshold;
  G(L)->jitwatched = watched;
}

/* Memory of the run's; raises nothing, and collects nothing. */
static void *take(lua_State *L, size_t bytes, int filled) {
  global_State *g = G(L);
  void *block = (*g->frealloc)(g->ud, NULL, 0, bytes);
  if (block == NULL) return NULL;
  g->GCdebt += bytes;
  return memset(block, filled, bytes);
}

static size_t bytes_of_caches(const Proto *p) { return (size_t)p->sizecode * 3 * sizeof(int); }
static size_t bytes_of_profile(const Proto *p) { return (size_t)p->sizecode * 4; }

static void forget_profile(lua_State *L, Proto *p) {
  if (p->profile != NULL) luaM_freemem(L, p->profile, bytes_of_profile(p));
  p->profile = NULL;
}

void luaJ_free(lua_State *L, Proto *p) {
  forget_profile(L, p);
  if (p->caches != NULL) luaM_freemem(L, p->caches, bytes_of_caches(p));
}

static int make_caches(lua_State *L, Proto *p) {
  if (p->caches == NULL) p->caches = take(L, bytes_of_caches(p), 0);
  return p->caches != NULL;
}

enum { UNKNOWN_HERE = -1 };

/* A function or loop is hot: it was compiled before, or its types are noted, by the trap that the VM looks at anyway.
   Gives the trap. */
int luaJ_hot(lua_State *L, CallInfo *ci, Proto *p) {
  global_State *g = G(L);
  if (g->jitheat == JIT_NEVER) {
    p->heat = JIT_NEVER;
    return 0;
  }
  if (p->watched == 0) {
    int code = lua_jit_find(L, p);
    if (code != 0 && make_caches(L, p)) {
      p->jit = code;
      return 0;
    }
    p->watched = UNKNOWN_HERE;
    if (g->jitheat < g->jitthreshold) {
      p->heat = g->jitthreshold;
      return 0;
    }
  }
  if (p->watched == UNKNOWN_HERE) {
    unsigned int threshold = g->jitthreshold;
    if (now < threshold / LOADED_AFTER || !lua_jit_is_ready(L) || now < threshold / USED_AFTER) {
      p->heat = g->jitthreshold;
      return 0;
    }
    p->profile = take(L, bytes_of_profile(p), 255);
    if (p->profile == NULL || !make_caches(L, p)) {
      forget_profile(L, p);
      p->heat = JIT_NEVER;
      return 0;
    }
    p->watched = p->sizecode * 4 > g->jitwatched && g->jitwatched > 1 ? p->sizecode * 4 : g->jitwatched;
  }
  p->heat = 1;
  ci->u.l.trap = 1;
  return 1;
}

static lua_CFunction known_function(int at);

/* What the compiler calls the function that a call calls (lua-compiler/src/input.rs). */
static int callee_of(const Proto *p, const TValue *function) {
  if (ttisLclosure(function)) return clLvalue(function)->p == p ? 1 : 0;
  if (ttislcf(function))
    for (int at = 0; at < 4; at++) if (fvalue(function) == known_function(at)) return 2 + at;
  return 0;
}

static void note(unsigned char *seen, int tag) {
  if (*seen == 255) *seen = cast_byte(tag);
  else if (*seen != tag) *seen = 254;
}

/* Notes what an instruction works on. Gives whether the trap is to stay. */
int luaJ_watch(lua_State *L, CallInfo *ci, const Instruction *pc) {
  Proto *p = ci_func(ci)->p;
  StkId base = ci->func.p + 1;
  Instruction i = *pc;
  unsigned char *seen = p->profile + 4 * (pc - p->code);
  int a = GETARG_A(i), b = GETARG_B(i), c = GETARG_C(i);
  if (GET_OPCODE(i) == OP_CALL) note(seen + 3, callee_of(p, s2v(base + a)));
  if (GET_OPCODE(i) == OP_FORPREP) { b = a + 1; c = a + 2; }
  if (GET_OPCODE(i) != OP_VARARGPREP) {
    if (a < p->maxstacksize) note(seen, rawtt(s2v(base + a)));
    if (b < p->maxstacksize) note(seen + 1, rawtt(s2v(base + b)));
    if (c < p->maxstacksize) note(seen + 2, rawtt(s2v(base + c)));
  }
  if (--p->watched > 0) {
    ci->u.l.trap = 1;
    return 1;
  }
  p->heat = JIT_NEVER;
  p->jit = lua_jit_compile(L, p);
  forget_profile(L, p);
  return 0;
}

/* So many guesses within some milliseconds are too many. */
#define FAILURES 200

/* A guess has failed. It may have been a rare one: those before count half after each millisecond. */
static void has_failed(lua_State *L) {
  CallInfo *ci = L->ci;
  Proto *p = ci_func(ci)->p;
  unsigned int passed = now - p->failed_at;
  p->failures = passed > 30 ? 0 : p->failures >> passed;
  p->failed_at = now;
  if (++p->failures >= FAILURES) {
    p->failures = 0;
    lua_jit_failed(L, p, pcRel(ci->u.l.savedpc, p) + 1);
  }
}

/* Enters compiled code at a place: its beginning, or a loop. */
int luaJ_enter(lua_State *L, CallInfo *ci, int pc) {
  int depth = L->jitdepth;
  int status = ((Compiled)(size_t)ci_func(ci)->p->jit)(L, ci, pc, depth);
  L->jitdepth = depth;
  if (status == JIT_INTERPRET && lua_fuel >= 0 && !L->hookmask) has_failed(L);
  return status;
}

/* Whether somebody wants to look at the run before its next instruction. */
static int is_watched(lua_State *L) { return (lua_fuel < 0) | (L->hookmask != 0); }

/* Compiled code that is gone on with looks at the fuel alone, and what it has called may have found none, filled the tank and asked
   for a hook: so that it leaves at its next safepoint, there is none again. */
static void let_look(lua_State *L) {
  if (l_unlikely(L->hookmask)) lua_fuel = -1;
}

#undef vmcase
#undef vmbreak
#define vmcase(l) case l:
#define vmbreak goto done

/* One instruction, as the interpreter does it, with the metamethod that may follow it. Gives the base. */
__attribute__((minsize)) static StkId step(lua_State *L, CallInfo *ci, const Instruction *pc) {
  LClosure *cl = ci_func(ci);
  TValue *k = cl->p->k;
  StkId base = ci->func.p + 1;
  const Instruction *next = pc + 1;
  int trap = 0;
  Instruction i;
  (void)trap;
 again:
  i = *pc++;
  switch (GET_OPCODE(i)) {
@steps@
    default: break;
  }
 done:
  if (pc == next && OP_ADDI <= GET_OPCODE(i) && GET_OPCODE(i) <= OP_SHR) goto again;
  let_look(L);
  return ci->func.p + 1;
}

#undef docondjump
#define docondjump() let_look(L); return cond;

/* What a comparison gives. */
__attribute__((minsize)) static int compare(lua_State *L, CallInfo *ci, const Instruction *pc) {
  LClosure *cl = ci_func(ci);
  TValue *k = cl->p->k;
  StkId base = ci->func.p + 1;
  int trap = 0;
  Instruction i = *pc++;
  (void)trap;
  switch (GET_OPCODE(i)) {
@comparisons@
    default: break;
  }
 done:
  return 0;
}

/* What the caller of something that has returned, or yielded, is to do. */
static int after(lua_State *L, CallInfo *ci) {
  if (l_unlikely(L->status == LUA_YIELD)) {
    ci->u.l.trap = 0;
    return JIT_YIELDED;
  }
  return is_watched(L) ? JIT_THROW : JIT_RETURNED;
}

/* Begins a frame, in compiled code if it has any. */
static int start(lua_State *L, CallInfo *ci) {
  Proto *p = ci_func(ci)->p;
  if (p->jit != 0 && L->jitdepth < JIT_STACK && !L->hookmask)
    return ((Compiled)(size_t)p->jit)(L, ci, 0, L->jitdepth);
  return JIT_START;
}

/* A call that compiled code does not do itself. */
static int call(lua_State *L, CallInfo *ci, const Instruction *pc) {
  Instruction i = *pc++;
  StkId base = ci->func.p + 1;
  StkId ra = RA(i);
  CallInfo *newci;
  int b = GETARG_B(i);
  if (b != 0) L->top.p = ra + b;
  savepc(L);
  if ((newci = luaD_precall(L, ra, GETARG_C(i) - 1)) == NULL) return after(L, ci);
  return start(L, newci);
}

/* What was called has left compiled code, or had none: the interpreter runs it to its end here, so that its caller can stay in
   compiled code. Gives the caller's status. Where it has returned, the caller itself is to be looked at. */
static int finish(lua_State *L, CallInfo *ci, int status, int depth) {
  if (L->ci == ci || depth >= JIT_STACK || status == JIT_YIELDED) return status;
  if (status == JIT_INTERPRET && !is_watched(L)) has_failed(L);
  ci->next->callstatus |= CIST_FRESH;
  L->jitdepth = depth + JIT_LOOP_STACK;
  luaV_execute(L, L->ci);
  return after(L, ci);
}

static int tail_call(lua_State *L, CallInfo *ci, const Instruction *pc) {
  Instruction i = *pc++;
  StkId base = ci->func.p + 1;
  StkId ra = RA(i);
  int b = GETARG_B(i), n, nparams1 = GETARG_C(i);
  int delta = nparams1 ? ci->u.l.nextraargs + nparams1 : 0;
  if (b != 0) L->top.p = ra + b; else b = cast_int(L->top.p - ra);
  savepc(ci);
  if (TESTARG_k(i)) luaF_closeupval(L, base);
  if ((n = luaD_pretailcall(L, ci, ra, b, delta)) < 0) return start(L, ci);
  ci->func.p -= delta;
  luaD_poscall(L, ci, n);
  let_look(L);
  return JIT_RETURNED;
}

static int ret(lua_State *L, CallInfo *ci, const Instruction *pc) {
  Instruction i = *pc++;
  StkId base = ci->func.p + 1;
  StkId ra = RA(i);
  int n = GETARG_B(i) - 1, nparams1 = GETARG_C(i);
  if (GET_OPCODE(i) == OP_RETURN0) { n = 0; nparams1 = 0; }
  if (GET_OPCODE(i) == OP_RETURN1) { n = 1; nparams1 = 0; }
  if (n < 0) n = cast_int(L->top.p - ra);
  savepc(ci);
  if (GET_OPCODE(i) == OP_RETURN && TESTARG_k(i)) {
    ci->u2.nres = n;
    if (L->top.p < ci->top.p) L->top.p = ci->top.p;
    luaF_close(L, base, CLOSEKTOP, 1);
    base = ci->func.p + 1;
    ra = RA(i);
  }
  if (nparams1) ci->func.p -= ci->u.l.nextraargs + nparams1;
  L->top.p = ra + n;
  luaD_poscall(L, ci, n);
  let_look(L);
  return JIT_RETURNED;
}

/* Whether the loop is skipped. */
static int for_prep(lua_State *L, CallInfo *ci, const Instruction *pc) {
  Instruction i = *pc++;
  StkId base = ci->func.p + 1;
  savestate(L, ci);
  return forprep(L, RA(i));
}

/* Whether the loop goes on. */
static int for_loop(lua_State *L, CallInfo *ci, const Instruction *pc) {
  Instruction i = *pc;
  StkId base = ci->func.p + 1;
  StkId ra = RA(i);
  lua_Unsigned count;
  lua_Integer at;
  (void)L;
  if (!ttisinteger(s2v(ra + 2))) return floatforloop(ra);
  count = l_castS2U(ivalue(s2v(ra + 1)));
  if (count == 0) return 0;
  at = intop(+, ivalue(s2v(ra)), ivalue(s2v(ra + 2)));
  chgivalue(s2v(ra + 1), count - 1);
  chgivalue(s2v(ra), at);
  setivalue(s2v(ra + 3), at);
  return 1;
}

static void tfor_prep(lua_State *L, CallInfo *ci, const Instruction *pc) {
  Instruction i = *pc++;
  StkId base = ci->func.p + 1;
  halfProtect(luaF_newtbcupval(L, RA(i) + 3));
}

extern lua_CFunction const luai_next, luai_ipairs_step;

/* The call of a generic loop. Gives whether the interpreter is to look. */
static int tfor_call(lua_State *L, CallInfo *ci, const Instruction *pc) {
  Instruction i = *pc++;
  StkId base = ci->func.p + 1;
  StkId ra = RA(i);
  int n;
  if (ttislcf(s2v(ra)) && ttistable(s2v(ra + 1))) {
    Table *t = hvalue(s2v(ra + 1));
    if (fvalue(s2v(ra)) == luai_next) {
      setobjs2s(L, ra + 4, ra + 2);
      L->top.p = ra + 7;
      savepc(ci);
      n = luaH_next(L, t, ra + 4) + 1;
      if (n > 0) {
        if (n == 1) setnilvalue(s2v(ra + 4));
        for (; n < GETARG_C(i); n++) setnilvalue(s2v(ra + 4 + n));
        return is_watched(L);
      }
    }
    else if (fvalue(s2v(ra)) == luai_ipairs_step && ttisinteger(s2v(ra + 2))) {
      lua_Integer at = intop(+, ivalue(s2v(ra + 2)), 1);
      const TValue *slot = l_castS2U(at) - 1u < t->alimit ? &t->array[at - 1] : luaH_getint(t, at);
      if (!isempty(slot) && GETARG_C(i) > 1) {
        setivalue(s2v(ra + 4), at);
        setobj2s(L, ra + 5, slot);
        for (n = 2; n < GETARG_C(i); n++) setnilvalue(s2v(ra + 4 + n));
        return 0;
      }
    }
  }
  memcpy(ra + 4, ra, 3 * sizeof(*ra));
  L->top.p = ra + 4 + 3;
  savepc(ci);
  luaD_call(L, ra + 4, GETARG_C(i));
  return is_watched(L);
}

static int node_of(const Table *t, const TValue *slot) { return cast_int((const char *)slot - (const char *)t->node); }

/* As luaH_getshortstr; notes where it was. */
static const TValue *find_field(Table *t, TString *key, int *cache) {
  const TValue *slot = luaH_getshortstr(t, key);
  if (!isabstkey(slot)) *cache = node_of(t, slot);
  return slot;
}

/* The slot of a key along '__index' tables, NULL where that takes more; notes the way, if it is one step. */
static const TValue *find_method(lua_State *L, Table *t, TString *key, int *cache) {
  for (int steps = 0; steps < 100; steps++) {
    const TValue *slot = luaH_getshortstr(t, key), *index;
    if (!isempty(slot)) {
      if (steps == 0) cache[0] = node_of(t, slot);
      if (steps == 1) cache[2] = node_of(t, slot);
      return slot;
    }
    index = fasttm(L, t->metatable, TM_INDEX);
    if (index == NULL) return slot;
    if (!ttistable(index)) return NULL;
    if (steps == 0) cache[1] = node_of(t->metatable, index);
    t = hvalue(index);
  }
  return NULL;
}

static const TValue *string_method(lua_State *L, TString *key) {
  Table *meta = G(L)->mt[LUA_TSTRING];
  const TValue *index = meta ? luaH_getshortstr(meta, G(L)->tmname[TM_INDEX]) : NULL;
  return index && ttistable(index) ? luaH_getshortstr(hvalue(index), key) : &G(L)->nilvalue;
}

/* For tests: each so many guards one fails, whatever it looked at. */
static int fail_each, passed;

void lua_jit_fail_each(int guards) { fail_each = guards; }

static int fails(void) {
  if (++passed < fail_each) return 0;
  passed = 0;
  return 1;
}

static lua_Integer length(Table *t) { return (lua_Integer)luaH_getn(t); }
static void barrier_back(lua_State *L, Table *t) { luaC_barrierback_(L, obj2gco(t)); }
static void barrier(lua_State *L, UpVal *upvalue, GCObject *value) { luaC_barrier_(L, obj2gco(upvalue), value); }
static double power(double a, double b) { return luai_numpow(NULL, a, b); }
static double modulo(double a, double b) { return luaV_modf(NULL, a, b); }

#include "jit_layout.h"

extern lua_CFunction const luai_sqrt, luai_floor, luai_abs, luai_byte;

static lua_CFunction known_function(int at) {
  lua_CFunction const all[] = {luai_sqrt, luai_floor, luai_abs, luai_byte};
  return all[at];
}

const unsigned int *lua_jit_layout(unsigned int *count) {
  layout[LAYOUT_FUEL] = ADDRESS(&lua_fuel);
  for (int at = 0; at < 4; at++) layout[LAYOUT_KNOWN + at] = ADDRESS(known_function(at));
  layout[LAYOUT_KNOWN + 4] = fail_each;
  *count = sizeof(layout) / sizeof(*layout);
  return layout;
}

static void put(unsigned int **out, unsigned int word) { *(*out)++ = word; }

/* How many words tell what never changes of a function. */
unsigned int lua_jit_words(const Proto *p) {
  return 7 + p->sizecode + 3 * p->sizek + 8 + 3 * p->sizelocvars;
}

/* Writes them (lua-compiler/src/input.rs). */
void lua_jit_describe(const Proto *p, unsigned int *out) {
  unsigned int captured[8] = {0};
  int ends[256], active = 0, n, m;
  put(&out, p->sizecode);
  put(&out, p->sizek);
  put(&out, p->sizelocvars);
  put(&out, 0);
  put(&out, p->numparams);
  put(&out, p->is_vararg);
  put(&out, p->maxstacksize);
  memcpy(out, p->code, p->sizecode * sizeof(Instruction));
  out += p->sizecode;
  for (n = 0; n < p->sizek; n++) {
    const TValue *constant = &p->k[n];
    unsigned int bits[2] = {0, 0};
    if (ttisnumber(constant)) memcpy(bits, &constant->value_, sizeof(bits));
    put(&out, rawtt(constant));
    put(&out, bits[0]);
    put(&out, bits[1]);
  }
  for (n = 0; n < p->sizep; n++)
    for (m = 0; m < p->p[n]->sizeupvalues; m++)
      if (p->p[n]->upvalues[m].instack) captured[p->p[n]->upvalues[m].idx >> 5] |= 1u << (p->p[n]->upvalues[m].idx & 31);
  for (n = 0; n < 8; n++) put(&out, captured[n]);
  /* A variable's register is the number of those around it. */
  for (n = 0; n < p->sizelocvars; n++) {
    const LocVar *variable = &p->locvars[n];
    while (active > 0 && ends[active - 1] <= variable->startpc) active--;
    put(&out, active);
    put(&out, variable->startpc);
    put(&out, variable->endpc);
    if (active < 255) ends[active++] = variable->endpc;
  }
}

/* What was seen of its instructions: as many words. */
const void *lua_jit_profile(const Proto *p) { return p->profile; }
unsigned int lua_jit_instructions(const Proto *p) { return p->sizecode; }
#endif
