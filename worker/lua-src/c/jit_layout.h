/* What the compiler has to know of Lua, in the order of its own list (lua-compiler/src/layout.rs). */
#define AT(type, field) (unsigned int)offsetof(type, field)
#define ADDRESS(of) (unsigned int)(size_t)(of)
static unsigned int layout[] = {
  NUM_OPCODES,                        /* opcodes */
  sizeof(TValue),                     /* value */
  0,                                  /* fuel */
  JIT_STACK,                          /* depth_limit */
  AT(lua_State, ci),                  /* state_ci */
  AT(lua_State, top),                 /* state_top */
  AT(lua_State, stack_last),          /* state_stack_last */
  AT(lua_State, jitdepth),            /* state_depth */
  AT(lua_State, l_G),                 /* state_global */
  AT(global_State, tmname[TM_INDEX]), /* global_index_name */
  AT(CallInfo, func),                 /* ci_func */
  AT(CallInfo, top),                  /* ci_top */
  AT(CallInfo, previous),             /* ci_previous */
  AT(CallInfo, next),                 /* ci_next */
  AT(CallInfo, u.l.savedpc),          /* ci_savedpc */
  AT(CallInfo, nresults),             /* ci_nresults */
  AT(LClosure, p),                    /* closure_proto */
  AT(LClosure, upvals),               /* closure_upvals */
  AT(UpVal, v),                       /* upval_value */
  AT(Proto, jit),                     /* proto_jit */
  AT(Proto, maxstacksize),            /* proto_stack */
  AT(Proto, numparams),               /* proto_params */
  AT(Proto, code),                    /* proto_code */
  AT(Proto, k),                       /* proto_k */
  AT(Proto, caches),                  /* proto_caches */
  AT(Table, alimit),                  /* table_alimit */
  AT(Table, array),                   /* table_array */
  AT(Table, node),                    /* table_node */
  AT(Table, metatable),               /* table_metatable */
  AT(Table, lsizenode),               /* table_lsizenode */
  AT(Table, marked),                  /* marked */
  sizeof(Node),                       /* node */
  AT(Node, u.key_tt),                 /* node_key_tag */
  AT(Node, u.key_val),                /* node_key */
  AT(Node, u.next),                   /* node_next */
  AT(TString, shrlen),                /* string_short_length */
  AT(TString, u.lnglen),              /* string_long_length */
  AT(TString, hash),                  /* string_hash */
  AT(TString, contents),              /* string_contents */
  0,                                  /* known_sqrt */
  0,                                  /* known_floor */
  0,                                  /* known_abs */
  0,                                  /* known_byte */
  0,                                  /* guards_fail */
};
enum { LAYOUT_FUEL = 2, LAYOUT_KNOWN = sizeof(layout) / sizeof(*layout) - 5 };

/* What the compiler takes for granted. */
#define IS(what) _Static_assert(what, #what)
IS(OP_EXTRAARG == 82 && NUM_OPCODES == 83);
IS(LUA_VNIL == 0 && LUA_VFALSE == 1 && LUA_VTRUE == 0x11 && LUA_VNUMINT == 3 && LUA_VNUMFLT == 0x13);
IS(LUA_VABSTKEY == 0x20 && LUA_VLCF == 0x16 && BIT_ISCOLLECTABLE == 0x40);
IS(ctb(LUA_VSHRSTR) == 0x44 && ctb(LUA_VLNGSTR) == 0x54 && ctb(LUA_VTABLE) == 0x45 && ctb(LUA_VLCL) == 0x46);
IS(bitmask(BLACKBIT) == 0x20 && WHITEBITS == 0x18);
IS(sizeof(StkId) == 4 && sizeof(Instruction) == 4 && offsetof(TValue, tt_) == 8 && offsetof(Node, i_val) == 0);
/* Results and status are written as one. */
IS(sizeof(((CallInfo *)0)->nresults) == 2 && offsetof(CallInfo, callstatus) == offsetof(CallInfo, nresults) + 2);
/* A node's slot of the hash is found by this. */
IS(sizeof(((Table *)0)->lsizenode) == 1 && sizeof(((TString *)0)->shrlen) == 1);
#undef IS
#undef AT

/* What compiled code calls, in the order of the compiler's list (lua-compiler/src/lower/mod.rs). */
const unsigned int *lua_jit_helpers(unsigned int *count) {
  const void *const functions[] = {
    (void *)step, (void *)compare, (void *)call, (void *)finish, (void *)tail_call, (void *)ret, (void *)for_prep, (void *)for_loop,
    (void *)tfor_prep, (void *)tfor_call, (void *)luaH_getint, (void *)luaH_getshortstr, (void *)find_field,
    (void *)find_method, (void *)string_method, (void *)length, (void *)barrier_back, (void *)barrier, (void *)power,
    (void *)modulo, (void *)fails,
  };
  static unsigned int all[sizeof(functions) / sizeof(*functions)];
  *count = sizeof(all) / sizeof(*all);
  for (unsigned int at = 0; at < *count; at++) all[at] = ADDRESS(functions[at]);
  return all;
}
