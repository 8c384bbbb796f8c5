//! Hot functions: what counts them, and the ways into compiled code and out of it. See `c/jit.h`.

use super::Patch;

/// The changes but those of the interpreter's loop.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "lobject.h",
        old: "  TString  *source;  /* used for debug information */\n  GCObject *gclist;\n} Proto;",
        new: "  TString  *source;  /* used for debug information */\n  GCObject *gclist;\n  JIT_PROTO_FIELDS\n} Proto;",
    },
    Patch {
        file: "lstate.h",
        old: "  int oldpc;  /* last pc traced */\n",
        new: "  int oldpc;  /* last pc traced */\n  JIT_STATE_FIELDS\n",
    },
    Patch {
        file: "lstate.h",
        old: "  void *ud_warn;         /* auxiliary data to 'warnf' */\n",
        new: "  void *ud_warn;         /* auxiliary data to 'warnf' */\n  JIT_GLOBAL_FIELDS\n",
    },
    Patch {
        file: "lstate.c",
        old: "  L->oldpc = 0;\n",
        new: "  L->oldpc = 0;\n  jit_init_state(L);\n",
    },
    Patch {
        file: "lstate.c",
        old: "  g->gcstopem = 0;\n",
        new: "  g->gcstopem = 0;\n  jit_init_global(g);\n",
    },
    Patch {
        file: "lfunc.c",
        old: "  f->source = NULL;\n",
        new: "  f->source = NULL;\n  jit_init_proto(L, f);\n",
    },
    Patch {
        file: "lfunc.c",
        old: "void luaF_freeproto (lua_State *L, Proto *f) {\n",
        new: "void luaF_freeproto (lua_State *L, Proto *f) {\n  luaJ_free(L, f);\n",
    },
    // A function that is watched has its trap set; no hook is wanted.
    Patch {
        file: "ldebug.c",
        old: "  if (!(mask & (LUA_MASKLINE | LUA_MASKCOUNT))) {  /* no hooks? */\n",
        new: "  if (l_unlikely(jit_watches(p)) && luaJ_watch(L, ci, pc) && !(mask & (LUA_MASKLINE | LUA_MASKCOUNT)))\n    return 1;\n\
              \x20 if (!(mask & (LUA_MASKLINE | LUA_MASKCOUNT))) {  /* no hooks? */\n",
    },
    // What an error takes away were frames too.
    Patch {
        file: "ldo.c",
        old: "  l_uint32 oldnCcalls = L->nCcalls;\n",
        new: "  l_uint32 oldnCcalls = L->nCcalls;\n#ifdef __wasm__\n  int oldjitdepth = L->jitdepth;\n#endif\n",
    },
    Patch {
        file: "ldo.c",
        old: "  L->nCcalls = oldnCcalls;\n",
        new: "  L->nCcalls = oldnCcalls;\n#ifdef __wasm__\n  L->jitdepth = oldjitdepth;\n#endif\n",
    },
    Patch {
        file: "ldo.c",
        old: "  L->nCcalls = (from) ? getCcalls(from) : 0;\n",
        new: "  L->nCcalls = (from) ? getCcalls(from) : 0;\n#ifdef __wasm__\n  L->jitdepth = (from) ? from->jitdepth : 0;\n#endif\n",
    },
    // Calls from C need no interpreter's loop.
    Patch {
        file: "ldo.c",
        old: "    ci->callstatus = CIST_FRESH;  /* mark that it is a \"fresh\" execute */\n    luaV_execute(L, ci);  /* call it */\n",
        new: "    ci->callstatus = CIST_FRESH;  /* mark that it is a \"fresh\" execute */\n\
              #ifdef __wasm__\n\
              \x20   if (ci_func(ci)->p->jit != 0 && jit_may_enter(L, ci, ci_func(ci)->p)) {\n\
              \x20     int status = luaJ_enter(L, ci, 0);\n\
              \x20     if (status != JIT_RETURNED && status != JIT_YIELDED) luaV_execute(L, L->ci);\n\
              \x20   }\n    else\n\
              #endif\n\
              \x20   luaV_execute(L, ci);  /* call it */\n",
    },
    // A compiled loop that does the work of 'next' itself has it raise this: from its own frame, with no position.
    Patch {
        file: "ltable.c",
        old: "      luaG_runerror(L, \"invalid key to 'next'\");  /* key not found */\n",
        new: "    {\n      if (isLua(L->ci)) return UINT_MAX;\n      luaG_runerror(L, \"invalid key to 'next'\");  /* key not found */\n    }\n",
    },
    Patch {
        file: "ltable.c",
        old: "  unsigned int begin = i;\n",
        new: "  unsigned int begin = i;\n  if (l_unlikely(i == UINT_MAX)) return -1;  /* no such key */\n",
    },
    // The functions in C that compiled code knows.
    Patch {
        file: "lmathlib.c",
        old: "static const luaL_Reg mathlib[] = {\n",
        new: "lua_CFunction const luai_sqrt = math_sqrt, luai_floor = math_floor, luai_abs = math_abs;\n\nstatic const luaL_Reg mathlib[] = {\n",
    },
    Patch {
        file: "lstrlib.c",
        old: "static const luaL_Reg strlib[] = {\n",
        new: "lua_CFunction const luai_byte = str_byte;\n\nstatic const luaL_Reg strlib[] = {\n",
    },
    Patch {
        file: "lbaselib.c",
        old: "static const luaL_Reg base_funcs[] = {\n",
        new: "lua_CFunction const luai_next = luaB_next, luai_ipairs_step = ipairsaux;\n\nstatic const luaL_Reg base_funcs[] = {\n",
    },
];

/// Instructions that compiled code does itself or by a helper of their own.
const CONTROL: &[&str] = &[
    "OP_JMP",
    "OP_CALL",
    "OP_TAILCALL",
    "OP_RETURN",
    "OP_RETURN0",
    "OP_RETURN1",
    "OP_FORLOOP",
    "OP_FORPREP",
    "OP_TFORPREP",
    "OP_TFORCALL",
    "OP_TFORLOOP",
    "OP_EXTRAARG",
    "OP_TEST",
    "OP_TESTSET",
];
const COMPARISONS: &[&str] = &[
    "OP_EQ", "OP_LT", "OP_LE", "OP_EQK", "OP_EQI", "OP_LTI", "OP_LEI", "OP_GTI", "OP_GEI",
];

/// At a function's beginning.
const START: (&str, &str) = (
    " startfunc:\n  trap = L->hookmask; safepoint(ci_func(ci)->p->sizecode);\n returning:  /* trap already set */\n",
    " startfunc:\n  trap = L->hookmask;\n\
     #ifdef __wasm__\n\
     \x20 {\n    Proto *p = ci_func(ci)->p;\n\
     \x20   if (p->jit != 0) {\n      if (jit_may_enter(L, ci, p)) { at = 0; goto enter; }\n    }\n\
     \x20   else if (l_unlikely(--p->heat <= 0)) trap |= luaJ_hot(L, ci, p);\n  }\n\
     #endif\n\
     \x20 safepoint(ci_func(ci)->p->sizecode);\n\
     #ifdef __wasm__\n\
     \x20 if (0) {\n enter:\n\
     \x20   switch (luaJ_enter(L, ci, at)) {\n\
     \x20     case JIT_RETURNED:\n\
     \x20       trap = L->hookmask | (lua_fuel < 0);\n\
     \x20       if (ci->callstatus & CIST_FRESH) return;\n\
     \x20       ci = ci->previous;\n        break;\n\
     \x20     case JIT_START:\n        ci = L->ci;\n        goto startfunc;\n\
     \x20     case JIT_YIELDED:\n        return;\n\
     \x20     default:\n        trap = L->hookmask | (lua_fuel < 0);\n        ci = L->ci;\n        has_left = 1;\n\
     \x20   }\n  }\n\
     #endif\n\
     \x20returning:  /* trap already set */\n",
);

/// At a loop's end, `pc` is where it begins.
const LOOP: &str = "JIT_AT_LOOP";

/// Where a trap is handled, which goes off about once a millisecond. An engine puts optimized code in place of a function's first
/// code only for new calls of it, so the interpreter's loop is left there and begun again.
const TRAP: (&str, &str) = (
    "    trap = luaG_traceexec(L, pc);  /* handle hooks */ \\\n",
    "    trap = luaG_traceexec(L, pc);  /* handle hooks */ \\\n    BEGIN_AGAIN \\\n",
);

const MACROS: &str = "\
#ifdef __wasm__
#define BEGIN_AGAIN if (!trap) { savepc(ci); begins_again = 1; return; }
static int begins_again;
static void execute (lua_State *L, CallInfo *ci);
/* A function whose address is taken is not inlined where it has one caller. */
__attribute__((used)) static void (*const kept)(lua_State *, CallInfo *) = execute;

void luaV_execute (lua_State *L, CallInfo *ci) {
  do {
    begins_again = 0;
    execute(L, ci);
    ci = L->ci;
  } while (begins_again);
}

#define JIT_AT_LOOP { \\
  Proto *p = cl->p; \\
  if (p->jit != 0) { if (!trap) { savepc(ci); at = cast_int(pc - p->code); goto enter; } } \\
  else if (l_unlikely(--p->heat <= 0)) { savepc(ci); trap |= luaJ_hot(L, ci, p); } }
/* A generic loop begins with its call, which compiled code may just have left: then it is done here first. */
#define JIT_AT_CALL { pc--; if (has_left) has_left = 0; else JIT_AT_LOOP pc++; }
#else
#define BEGIN_AGAIN
#define execute luaV_execute
#define JIT_AT_LOOP
#define JIT_AT_CALL
#endif

";

const EXECUTE: &str = "\
#ifdef __wasm__
__attribute__((noinline)) static
#endif
void execute (lua_State *L, CallInfo *ci) {
";

/// `text` of lvm.c, patched otherwise, with the ways in and out, and the helpers of compiled code made from its own cases.
///
/// # Panics
/// When it is not the text that this was made for.
pub fn weave(text: &str) -> String {
    let (head, body) = once(text, "void luaV_execute (lua_State *L, CallInfo *ci) {\n");
    let head = replace(head, TRAP.0, TRAP.1, 1);
    let helpers = include_str!("../../c/jit_vm.h")
        .replace(
            "@steps@",
            &cases(body, |name| {
                !CONTROL.contains(&name) && !COMPARISONS.contains(&name)
            }),
        )
        .replace(
            "@comparisons@",
            &cases(body, |name| COMPARISONS.contains(&name)),
        );
    let mut body = replace(body, START.0, START.1, 1);
    body = replace(
        &body,
        "  int trap;\n",
        "  int trap;\n#ifdef __wasm__\n  int at, has_left = 0;\n#endif\n",
        1,
    );
    let back = "updatetrap(ci); safepoint(GETARG_Bx(i));";
    body = replace(&body, back, &format!("{back} {LOOP}"), 2);
    body = replace(
        &body,
        "       l_tforcall: {\n        StkId ra = RA(i);\n",
        "       l_tforcall: {\n        StkId ra = RA(i);\n        JIT_AT_CALL\n",
        1,
    );
    let head = replace(
        &head,
        "if (offset < 0) safepoint(-offset); }",
        &format!("if (offset < 0) {{ safepoint(-offset); {LOOP} }} }}"),
        1,
    );
    format!("{head}{MACROS}{EXECUTE}{body}\n{helpers}")
}

/// The interpreter's cases of the instructions that `wants` names.
fn cases(body: &str, wants: impl Fn(&str) -> bool) -> String {
    let marker = "      vmcase(OP_";
    let mut found = String::new();
    for case in body.split(marker).skip(1) {
        let name = format!("OP_{}", case.split(')').next().unwrap_or_default());
        if wants(&name) {
            found += marker;
            found += case;
        }
    }
    found
}

fn once<'a>(text: &'a str, pattern: &str) -> (&'a str, &'a str) {
    assert_eq!(
        text.matches(pattern).count(),
        1,
        "lvm.c has this not once: {pattern}"
    );
    text.split_once(pattern).expect("it was counted")
}

fn replace(text: &str, old: &str, new: &str, count: usize) -> String {
    let found = text.matches(old).count();
    assert_eq!(
        found, count,
        "lvm.c has this {found} times instead of {count}: {old}"
    );
    text.replace(old, new)
}
