//! The compiler burns fuel for each token, and where a token may make it search long.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    // One token may have all of a text, and spaces and comments are none: what is read burns piece by piece.
    Patch {
        file: "lzio.h",
        old: "  const char *p;\t\t/* current position in buffer */\n",
        new: "  const char *p;\t\t/* current position in buffer */\n  size_t rest;\t\t\t/* bytes that the reader gave after those */\n",
    },
    Patch {
        file: "lzio.c",
        old: "  z->n = 0;\n  z->p = NULL;\n",
        new: "  z->n = 0;\n  z->p = NULL;\n  z->rest = 0;\n",
    },
    Patch {
        file: "lzio.c",
        old: "  lua_unlock(L);\n  buff = z->reader(L, z->data, &size);\n  lua_lock(L);\n  if (buff == NULL || size == 0)\n    return EOZ;\n  z->n = size - 1;",
        new: "  if (z->rest > 0) {\n    buff = z->p;\n    size = z->rest;\n  }\n  else {\n    lua_unlock(L);\n    buff = z->reader(L, z->data, &size);\n    lua_lock(L);\n\
              \x20   if (buff == NULL || size == 0)\n      return EOZ;\n  }\n\
              \x20 z->rest = size > 16384 ? size - 16384 : 0;\n  size -= z->rest;\n  luai_burn(L, 16 + (size >> 3));\n  z->n = size - 1;",
    },
    Patch {
        file: "llex.c",
        old: "void luaX_next (LexState *ls) {\n",
        new: "void luaX_next (LexState *ls) {\n  luai_burn(ls->L, 4);\n",
    },
    // Lists of jumps are walked to the end of the shorter, for their order is of no account: a chain of `and`
    // would take its length squared.
    Patch {
        file: "lcode.c",
        old: "    int list = *l1;\n    int next;\n    while ((next = getjump(fs, list)) != NO_JUMP)  /* find last element */\n      list = next;\n    fixjump(fs, list, l2);  /* last element links to 'l2' */\n",
        new: "    int last1 = *l1, last2 = l2, next1, next2;\n    while ((next1 = getjump(fs, last1)) != NO_JUMP && (next2 = getjump(fs, last2)) != NO_JUMP) {\n      last1 = next1;\n      last2 = next2;\n    }\n\
              \x20   if (next1 == NO_JUMP) fixjump(fs, last1, l2);\n    else {\n      fixjump(fs, last2, *l1);\n      *l1 = l2;\n    }\n",
    },
    Patch {
        file: "lcode.c",
        old: "  int offset = GETARG_sJ(fs->f->code[pc]);\n  if (offset == NO_JUMP)",
        new: "  int offset = GETARG_sJ(fs->f->code[pc]);\n  luai_burn(fs->ls->L, 1);\n  if (offset == NO_JUMP)",
    },
    // Gotos, labels and names are looked for in all that there are, names in each function around. A source
    // of a megabyte could make that take ten seconds, in which nobody else would have a turn where the compiler
    // cannot be left.
    Patch {
        file: "lparser.h",
        old: "  Labellist label;   /* list of active labels */\n",
        new: "  Labellist label;   /* list of active labels */\n  unsigned int searched;  /* how many names were looked at */\n",
    },
    Patch {
        file: "ldo.c",
        old: "  p.dyd.label.arr = NULL; p.dyd.label.size = 0;\n",
        new: "  p.dyd.label.arr = NULL; p.dyd.label.size = 0;\n  p.dyd.searched = 0;\n",
    },
    Patch {
        file: "lparser.c",
        old: "#define MAXVARS\t\t200\n",
        new: "#define MAXVARS\t\t200\n\n\n\
              /* That many names are looked at in a quarter of a second. */\n#define MAXSEARCHED\t(1u << 28)\n\n\
              static void look_for (LexState *ls, int n) {\n  luai_burn(ls->L, n >> 2);\n\
              \x20 if ((ls->dyd->searched += n) > MAXSEARCHED)\n    luaX_syntaxerror(ls, \"too many names in functions around each other\");\n}\n",
    },
    Patch {
        file: "lparser.c",
        old: "  for (i = g; i < gl->n - 1; i++)  /* remove goto from pending list */\n",
        new: "  look_for(ls, gl->n - g);\n  for (i = g; i < gl->n - 1; i++)  /* remove goto from pending list */\n",
    },
    Patch {
        file: "lparser.c",
        old: "  /* check labels in current function for a match */\n",
        new: "  look_for(ls, dyd->label.n - ls->fs->firstlabel);\n  /* check labels in current function for a match */\n",
    },
    Patch {
        file: "lparser.c",
        old: "  int needsclose = 0;\n  while (i < gl->n) {\n",
        new: "  int needsclose = 0;\n  look_for(ls, gl->n - i);\n  while (i < gl->n) {\n",
    },
    Patch {
        file: "lparser.c",
        old: "  /* correct pending gotos to current block */\n",
        new: "  look_for(fs->ls, gl->n - bl->firstgoto);\n  /* correct pending gotos to current block */\n",
    },
    Patch {
        file: "lparser.c",
        old: "static int searchvar (FuncState *fs, TString *n, expdesc *var) {\n  int i;\n",
        new: "static int searchvar (FuncState *fs, TString *n, expdesc *var) {\n  int i;\n  look_for(fs->ls, fs->nactvar + fs->nups);\n",
    },
];
