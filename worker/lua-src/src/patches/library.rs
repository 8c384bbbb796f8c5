//! The C library's own loops: they burn fuel, and may end the run, as loops of
//! Lua do. A unit is about ten nanoseconds' work.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    // Where size_t has 32 bits, a position or a length would lose its upper half.
    Patch {
        file: "lstrlib.c",
        old: "  if (pos > 0)\n    return (size_t)pos;\n",
        new: "  if (pos > (lua_Integer)len + 1)\n    return len + 2;\n  else if (pos > 0)\n    return (size_t)pos;\n",
    },
    Patch {
        file: "lstrlib.c",
        old: "        size_t len = (size_t)unpackint(L, data + pos, h.islittle, size, 0);\n",
        new: "        lua_Unsigned len = (lua_Unsigned)unpackint(L, data + pos, h.islittle, size, 0);\n",
    },
    // What there is of the copies is doubled: no copy takes long by itself.
    Patch {
        file: "lstrlib.c",
        old: "    while (n-- > 1) {  /* first n-1 copies (followed by separator) */\n      memcpy(p, s, l * sizeof(char)); p += l;\n      if (lsep > 0) {  /* empty 'memcpy' is not that cheap */\n        memcpy(p, sep, lsep * sizeof(char));\n        p += lsep;\n      }\n    }\n    memcpy(p, s, l * sizeof(char));  /* last copy (not followed by separator) */\n",
        new: "    size_t done = l;\n    memcpy(p, s, l);\n    if (n > 1) {\n      memcpy(p + l, sep, lsep);\n      done += lsep;\n    }\n\
              \x20   while (done < totallen) {\n      size_t more = done < totallen - done ? done : totallen - done;\n      luai_burn(L, 1 + (more >> 6));\n\
              \x20     memcpy(p + done, p, more);\n      done += more;\n    }\n",
    },
    Patch {
        file: "lstrlib.c",
        old: "  for (i=0; i<n; i++)\n    lua_pushinteger(L, uchar(s[posi+i-1]));",
        new: "  luai_burn(L, n >> 1);\n  for (i=0; i<n; i++)\n    lua_pushinteger(L, uchar(s[posi+i-1]));",
    },
    Patch {
        file: "lstrlib.c",
        old: "      a = a*10 + (*((*fmt)++) - '0');\n",
        new: "      luai_burn_silently(1);  /* zeros may lead without end */\n      a = a*10 + (*((*fmt)++) - '0');\n",
    },
    // Options are told by a letter each, which may be said again without end.
    Patch {
        file: "ldblib.c",
        old: "  luaL_argcheck(L, options[0] != '>', arg + 2, \"invalid option '>'\");\n",
        new: "  luaL_argcheck(L, options[0] != '>', arg + 2, \"invalid option '>'\");\n\
              \x20 luaL_argcheck(L, memchr(options, '\\0', 65) != NULL, arg + 2, \"too many options\");\n",
    },
    Patch {
        file: "lstrlib.c",
        old: "  KOption opt = getoption(h, fmt, psize);\n  int align",
        new: "  KOption opt = (luai_burn(h->L, 1), getoption(h, fmt, psize));\n  int align",
    },
    Patch {
        file: "lutf8lib.c",
        old: "  while (posi <= posj) {\n",
        new: "  while (posi <= posj) {\n    luai_burn(L, 1);\n",
    },
    Patch {
        file: "lutf8lib.c",
        old: "  for (s += posi - 1; s < se;) {\n    utfint code;\n",
        new: "  for (s += posi - 1; s < se;) {\n    utfint code;\n    luai_burn(L, 1);\n",
    },
    Patch {
        file: "lutf8lib.c",
        old: "       while (n < 0 && posi > 0) {  /* move back */\n",
        new: "       while (n < 0 && posi > 0) {  /* move back */\n         luai_burn(L, 1);\n",
    },
    Patch {
        file: "lutf8lib.c",
        old: "       while (n > 0 && posi < (lua_Integer)len) {\n",
        new: "       while (n > 0 && posi < (lua_Integer)len) {\n         luai_burn(L, 1);\n",
    },
    // A character may have continuation bytes without end.
    Patch {
        file: "lutf8lib.c",
        old: "  if (n == 0) {\n    /* find beginning",
        new: "  luai_burn(L, len >> 6);\n  if (n == 0) {\n    /* find beginning",
    },
    Patch {
        file: "lutf8lib.c",
        old: "    while (iscontp(s + n)) n++;  /* go to next character */\n",
        new: "    lua_Unsigned begin = n;\n    while (iscontp(s + n)) n++;  /* go to next character */\n    luai_burn(L, (n - begin) >> 3);\n",
    },
    Patch {
        file: "lbaselib.c",
        old: "    luaL_argcheck(L, 2 <= base && base <= 36, 2, \"base out of range\");\n",
        new: "    luaL_argcheck(L, 2 <= base && base <= 36, 2, \"base out of range\");\n    luai_burn(L, l >> 3);\n",
    },
    // Messages name functions by searching all that is loaded, which is a script's to fill.
    Patch {
        file: "lauxlib.c",
        old: "  while (lua_next(L, -2)) {  /* for each pair in table */\n",
        new: "  while (lua_next(L, -2)) {  /* for each pair in table */\n    luai_burn(L, 4);\n",
    },
    // Arguments may be numbers as text of any length.
    Patch {
        file: "lapi.c",
        old: "  int isnum = tonumber(o, &n);\n",
        new: "  int isnum = (ttisstring(o) ? luai_burn_long(L, tsslen(tsvalue(o))) : (void)0, tonumber(o, &n));\n",
    },
    Patch {
        file: "lapi.c",
        old: "  int isnum = tointeger(o, &res);\n",
        new: "  int isnum = (ttisstring(o) ? luai_burn_long(L, tsslen(tsvalue(o))) : (void)0, tointeger(o, &res));\n",
    },
    // Comparing text is the library's work too, as in a sort or `math.max`.
    Patch {
        file: "lvm.c",
        old: "static int l_strcmp (const TString *ts1, const TString *ts2) {\n",
        new: "#define l_strcmp(ts1, ts2)  compare_strings(L, ts1, ts2)\n\
              static int compare_strings (lua_State *L, const TString *ts1, const TString *ts2) {\n",
    },
    Patch {
        file: "lvm.c",
        old: "  size_t rl2 = tsslen(ts2);\n  for (;;) {  /* for each segment */\n",
        new: "  size_t rl2 = tsslen(ts2);\n  luai_burn_long(L, rl1 < rl2 ? rl1 : rl2);\n  for (;;) {  /* for each segment */\n",
    },
    Patch {
        file: "lvm.c",
        old: "      zl1++; zl2++;\n",
        new: "      luai_burn(L, 1);\n      zl1++; zl2++;\n",
    },
    // A control character takes three digits at the most: printf needs 200 ns for them, and nobody has a turn meanwhile.
    Patch {
        file: "lstrlib.c",
        old: "      if (!isdigit(uchar(*(s+1))))\n        l_sprintf(buff, sizeof(buff), \"\\\\%d\", (int)uchar(*s));\n      else\n        l_sprintf(buff, sizeof(buff), \"\\\\%03d\", (int)uchar(*s));\n      luaL_addstring(b, buff);\n",
        new: "      int code = uchar(*s), n = 0, digits = isdigit(uchar(*(s+1))) || code > 99 ? 3 : code > 9 ? 2 : 1;\n\
              \x20     luai_burn(b->L, 4);\n\
              \x20     buff[n++] = '\\\\';\n\
              \x20     if (digits > 2) buff[n++] = (char)('0' + code / 100);\n\
              \x20     if (digits > 1) buff[n++] = (char)('0' + code / 10 % 10);\n\
              \x20     buff[n++] = (char)('0' + code % 10);\n\
              \x20     luaL_addlstring(b, buff, n);\n",
    },
    Patch {
        file: "loslib.c",
        old: "        luaL_addchar(&b, *s++);\n",
        new: "        { luai_burn(L, 1); luaL_addchar(&b, *s++); }\n",
    },
    Patch {
        file: "loslib.c",
        old: "        s++;  /* skip '%' */\n",
        new: "        luai_burn(L, 64);\n        s++;  /* skip '%' */\n",
    },
];
