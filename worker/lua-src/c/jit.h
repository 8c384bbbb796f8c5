/* Hot functions compiled to WebAssembly. They are counted, watched for some instructions, described to the
   compiler, and entered through the function table; in a native build none of this is there.
   Included before every file of Lua. */
#ifndef jit_h
#define jit_h
#ifdef __wasm__
struct lua_State;
struct Proto;
struct CallInfo;
/* What a compiled function gives back. */
#define JIT_RETURNED 0   /* the frame has returned */
#define JIT_INTERPRET 1  /* on in the interpreter, at L->ci's saved place */
#define JIT_START 2      /* L->ci is new: it is to be started */
#define JIT_THROW 3      /* as JIT_INTERPRET, and no guess has failed */
#define JIT_YIELDED 4    /* L has yielded: all up to its 'resume' are to return */
/* Heat that never ends. */
#define JIT_NEVER 0x7fffffff
/* A function's part: the table index of its compiled code, or 0; what counts down until it is hot; how many more
   instructions are to be watched, or that it was not found among the compiled ones; the guesses that failed lately, and when the
   last did; three words for each instruction; four bytes for each. */
#define JIT_PROTO_FIELDS \
  int jit; int heat; int watched; int failures; unsigned int failed_at; int *caches; unsigned char *profile;
/* A thread's: the bytes of native stack that compiled frames take. */
#define JIT_STATE_FIELDS int jitdepth;
/* A state's: the heat that functions begin with, what they need before they are watched, and for how many instructions. */
#define JIT_GLOBAL_FIELDS int jitheat; int jitthreshold; int jitwatched;
#define jit_init_proto(L, f) \
  ((f)->jit = 0, (f)->heat = G(L)->jitheat, (f)->watched = 0, (f)->failures = 0, (f)->failed_at = 0, \
   (f)->caches = NULL, (f)->profile = NULL)
#define jit_init_state(L) ((L)->jitdepth = 0)
#define jit_init_global(g) ((g)->jitheat = JIT_NEVER)
/* Whether a frame may be entered at its beginning: it is not resumed, and nobody wants to look. */
#define jit_may_enter(L, ci, p) \
  ((ci)->u.l.savedpc == (p)->code && !((ci)->callstatus & CIST_HOOKYIELD) && !(L)->hookmask && lua_fuel >= 0)
#define jit_watches(p) ((p)->watched > 0)
extern void luaJ_free(struct lua_State *L, struct Proto *p);
extern int luaJ_hot(struct lua_State *L, struct CallInfo *ci, struct Proto *p);
extern int luaJ_watch(struct lua_State *L, struct CallInfo *ci, const unsigned int *pc);
extern int luaJ_enter(struct lua_State *L, struct CallInfo *ci, int pc);
/* Of the sandbox: whether the compiler is there, which is loaded else; a function that was compiled for another run of the
   session, or 0; the same after it was watched; what is done after many guesses at an instruction failed. */
extern int lua_jit_is_ready(struct lua_State *L);
extern int lua_jit_find(struct lua_State *L, struct Proto *p);
extern int lua_jit_compile(struct lua_State *L, struct Proto *p);
extern void lua_jit_failed(struct lua_State *L, struct Proto *p, int pc);
#else
#define JIT_PROTO_FIELDS
#define JIT_STATE_FIELDS
#define JIT_GLOBAL_FIELDS
#define jit_init_proto(L, f) ((void)0)
#define jit_init_state(L) ((void)0)
#define jit_init_global(g) ((void)0)
#define luaJ_free(L, p) ((void)0)
#define jit_watches(p) 0
#define luaJ_watch(L, ci, pc) 0
#endif
#endif
