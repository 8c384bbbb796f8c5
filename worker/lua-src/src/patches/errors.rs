//! The texts of the sandbox's errors have the fields `code` and `message`.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "lvm.c",
        old: "void luaV_finishget (lua_State *L, const TValue *t, TValue *key, StkId val,\n                      const TValue *slot) {\n",
        new: r#"/* A text without such a method: a field of the error that it may be. Defined by the sandbox. */
extern int lua_error_field (lua_State *L);
static int errorfield (lua_State *L, const TValue *text, const TValue *key, StkId val) {
  static const char *const fields[] = {"code", "message", "cause"};
  TValue f;
  size_t i = 0;
  if (!ttisshrstring(key)) return 0;
  while (strcmp(getshrstr(tsvalue(key)), fields[i]) != 0)
    if (++i == sizeof(fields) / sizeof(fields[0])) return 0;
  setfvalue(&f, lua_error_field);
  luaT_callTMres(L, &f, text, key, val);
  return 1;
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
