//! The texts of the sandbox's errors have the fields `code` and `message`.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "lvm.c",
        old: "void luaV_finishget (lua_State *L, const TValue *t, TValue *key, StkId val,\n                      const TValue *slot) {\n",
        new: r#"/* A text without such a method: a field of the error that it may be. Defined by the sandbox. */
extern int lua_error_field (lua_State *L, int is_code);
static int errorfield (lua_State *L, const TValue *text, const TValue *key, StkId val) {
  int is_code, found;
  ptrdiff_t place = savestack(L, val);
  if (!ttisshrstring(key)) return 0;
  is_code = strcmp(getshrstr(tsvalue(key)), "code") == 0;
  if (!is_code && strcmp(getshrstr(tsvalue(key)), "message") != 0) return 0;
  setobj2s(L, L->top.p, text);
  L->top.p++;
  found = lua_error_field(L, is_code);
  if (found) {
    L->top.p--;
    setobjs2s(L, restorestack(L, place), L->top.p);
  }
  L->top.p--;
  return found;
}


void luaV_finishget (lua_State *L, const TValue *t, TValue *key, StkId val,
                      const TValue *slot) {
  const TValue *first = t;
"#,
    },
    Patch {
        file: "lvm.c",
        old: "        setnilvalue(s2v(val));  /* result is nil */\n",
        new: "        /* The text may lie where the result goes. */\n        if (loop > 0 && ttisstring(first) && errorfield(L, first, key, val)) return;\n        setnilvalue(s2v(val));  /* result is nil */\n",
    },
];
