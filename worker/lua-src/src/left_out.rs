//! What of Lua's C is not built, because no script gets it: less to download, and nothing of it
//! to be reached by mistake.

/// Whole files: the standalone programs, the libraries that `absent.c` stands in for, and the
/// loader of bytecode.
pub const FILES: &[&str] = &["lua.c", "luac.c", "liolib.c", "loadlib.c", "lundump.c"];

/// Entries of the libraries' tables, by file.
const FUNCTIONS: &[(&str, &[&str])] = &[
    (
        "lbaselib.c",
        &[
            "dofile, luaB_dofile",
            "loadfile, luaB_loadfile",
            "print, luaB_print",
        ],
    ),
    ("lstrlib.c", &["dump, str_dump"]),
    (
        "loslib.c",
        &[
            "execute,   os_execute",
            "exit,      os_exit",
            "getenv,    os_getenv",
            "remove,    os_remove",
            "rename,    os_rename",
            "setlocale, os_setlocale",
            "tmpname,   os_tmpname",
        ],
    ),
    (
        "ldblib.c",
        &[
            "debug, db_debug",
            "getuservalue, db_getuservalue",
            "gethook, db_gethook",
            "getlocal, db_getlocal",
            "getregistry, db_getregistry",
            "getmetatable, db_getmetatable",
            "getupvalue, db_getupvalue",
            "upvaluejoin, db_upvaluejoin",
            "upvalueid, db_upvalueid",
            "setuservalue, db_setuservalue",
            "sethook, db_sethook",
            "setlocal, db_setlocal",
            "setmetatable, db_setmetatable",
            "setupvalue, db_setupvalue",
            "setcstacklimit, db_setcstacklimit",
        ],
    ),
];

/// `text` of `file` without them.
///
/// # Panics
/// When an entry is not there exactly once.
pub fn remove(file: &str, mut text: String) -> String {
    let entries = FUNCTIONS
        .iter()
        .filter(|(name, _)| *name == file)
        .flat_map(|(_, entries)| *entries);
    for entry in entries {
        let line = format!("  {{\"{}}},\n", entry.replacen(',', "\",", 1));
        let count = text.matches(&line).count();
        assert_eq!(
            count, 1,
            "{file} lists {entry:?} {count} times instead of once"
        );
        text = text.replace(&line, "");
    }
    text
}
