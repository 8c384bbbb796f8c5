//! Parts of Lua's C that files of ours take the place of.

/// A part of a file: from the first text up to the second.
struct Part {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    /// What takes its place.
    new: &'static str,
}

const PARTS: &[Part] = &[
    // See `c/match.c`, `c/find.c` and `c/gsub.c`.
    Part {
        file: "lstrlib.c",
        from: "/*\n** {======================================================\n** PATTERN MATCHING\n",
        to: "/*\n** {======================================================\n** STRING FORMAT\n",
        new: "#define L_ESC\t'%'\n\
              int str_find (lua_State *L);\n\
              int str_match (lua_State *L);\n\
              int gmatch (lua_State *L);\n\
              int str_gsub (lua_State *L);\n\n",
    },
    Part {
        file: "lstrlib.c",
        from: "static int str_format (lua_State *L) {\n",
        to: "/*\n** {======================================================\n** PACK/UNPACK\n",
        new: "#include \"format.h\"\n\n\n",
    },
];

/// `text` of `file` without them.
///
/// # Panics
/// When a part does not begin or end where it did.
pub fn cut(file: &str, mut text: String) -> String {
    for part in PARTS.iter().filter(|part| part.file == file) {
        let begin = text.find(part.from);
        let end = text.find(part.to);
        let (Some(begin), Some(end)) = (begin, end) else {
            panic!("{file} has no part from {:?} to {:?}", part.from, part.to);
        };
        assert!(
            begin < end,
            "{file} has {:?} after {:?}",
            part.from,
            part.to
        );
        text.replace_range(begin..end, part.new);
    }
    text
}
