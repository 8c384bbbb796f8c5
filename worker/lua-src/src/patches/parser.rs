//! The compiler burns fuel for each token, and where a token may make it search long.

use super::Patch;

/// The changes.
pub const PATCHES: &[Patch] = &[
    // Spaces and comments are no tokens.
    Patch {
        file: "lzio.c",
        old: "    return EOZ;\n  z->n = size - 1;",
        new: "    return EOZ;\n  luai_burn(L, 16 + (size >> 3));\n  z->n = size - 1;",
    },
    Patch {
        file: "llex.c",
        old: "void luaX_next (LexState *ls) {\n",
        new: "void luaX_next (LexState *ls) {\n  luai_burn(ls->L, 4);\n",
    },
    // Lists of jumps are walked to their ends: a chain of `and` would take its length squared.
    Patch {
        file: "lcode.c",
        old: "  int offset = GETARG_sJ(fs->f->code[pc]);\n  if (offset == NO_JUMP)",
        new: "  int offset = GETARG_sJ(fs->f->code[pc]);\n  luai_burn(fs->ls->L, 1);\n  if (offset == NO_JUMP)",
    },
    // So are those of gotos and labels.
    Patch {
        file: "lparser.c",
        old: "  for (i = g; i < gl->n - 1; i++)  /* remove goto from pending list */\n",
        new: "  luai_burn(ls->L, gl->n - g);\n  for (i = g; i < gl->n - 1; i++)  /* remove goto from pending list */\n",
    },
    Patch {
        file: "lparser.c",
        old: "  /* check labels in current function for a match */\n",
        new: "  luai_burn(ls->L, dyd->label.n - ls->fs->firstlabel);\n  /* check labels in current function for a match */\n",
    },
    Patch {
        file: "lparser.c",
        old: "  int needsclose = 0;\n  while (i < gl->n) {\n",
        new: "  int needsclose = 0;\n  luai_burn(ls->L, gl->n - i);\n  while (i < gl->n) {\n",
    },
    Patch {
        file: "lparser.c",
        old: "  /* correct pending gotos to current block */\n",
        new: "  luai_burn(fs->ls->L, gl->n - bl->firstgoto);\n  /* correct pending gotos to current block */\n",
    },
    // A name is looked for in each function around it.
    Patch {
        file: "lparser.c",
        old: "static int searchvar (FuncState *fs, TString *n, expdesc *var) {\n  int i;\n",
        new: "static int searchvar (FuncState *fs, TString *n, expdesc *var) {\n  int i;\n  luai_burn(fs->ls->L, (fs->nactvar + fs->nups) >> 2);\n",
    },
];
