//! `os.date` and `os.time` follow the reader's time zone, which the sandbox knows.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    Patch {
        file: "loslib.c",
        old: "#include \"lualib.h\"\n",
        new: "#include \"lualib.h\"\n#include \"local_time.h\"\n",
    },
    Patch {
        file: "loslib.c",
        old: "  struct tm tmr, *stm;\n  if (*s == '!') {  /* UTC? */\n",
        new: "  struct tm tmr, *stm;\n  lua_Broken broken;\n  int is_utc = *s == '!';\n  if (is_utc) {\n",
    },
    Patch {
        file: "loslib.c",
        old: "        reslen = strftime(buff, SIZETIMEFMT, cc, stm);\n",
        new: "        reslen = cc[1] == 'Z' ? lua_zone(buff, SIZETIMEFMT, stm, is_utc)\n\
              \x20                             : strftime(buff, SIZETIMEFMT, cc, stm);\n",
    },
    Patch {
        file: "loslib.c",
        old: "    t = mktime(&ts);\n",
        new: "    t = lua_mktime(L, &ts);\n",
    },
];
