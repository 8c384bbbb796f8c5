//! What of Lua's C is not built, because no script gets it: less to download, and nothing of it
//! to be reached by mistake.

/// Whole files: the standalone programs, the libraries that `absent.c` stands in for, the loader of
/// bytecode, and the library that `table.c` and `sort.c` are in the place of.
pub const FILES: &[&str] = &[
    "lua.c",
    "luac.c",
    "liolib.c",
    "loadlib.c",
    "ltablib.c",
    "lundump.c",
];

/// What scripts of stock Lua may call that is not built at all, by the table that would have it.
const ABSENT_LIBRARIES: &[(&str, &[&str])] = &[
    ("io", &["open", "popen", "tmpfile"]),
    ("package", &["loadlib", "searchpath"]),
];

/// Entries of the libraries' tables, by file and by the table that they would be in.
const FUNCTIONS: &[(&str, &str, &[&str])] = &[
    (
        "lbaselib.c",
        "_G",
        &["dofile, luaB_dofile", "loadfile, luaB_loadfile"],
    ),
    ("lstrlib.c", "string", &["dump, str_dump"]),
    (
        "loslib.c",
        "os",
        &[
            "execute,   os_execute",
            "remove,    os_remove",
            "rename,    os_rename",
            "setlocale, os_setlocale",
            "tmpname,   os_tmpname",
        ],
    ),
    (
        "ldblib.c",
        "debug",
        &[
            "debug, db_debug",
            "getuservalue, db_getuservalue",
            "getlocal, db_getlocal",
            "getregistry, db_getregistry",
            "setuservalue, db_setuservalue",
            "setlocal, db_setlocal",
            "setcstacklimit, db_setcstacklimit",
        ],
    ),
];

/// Entries whose functions the sandbox has its own of.
const REPLACED: &[(&str, &[&str])] = &[
    ("lbaselib.c", &["print, luaB_print"]),
    (
        "ldblib.c",
        &[
            "gethook, db_gethook",
            "getmetatable, db_getmetatable",
            "sethook, db_sethook",
            "setmetatable, db_setmetatable",
        ],
    ),
    ("loslib.c", &["exit,      os_exit", "getenv,    os_getenv"]),
];

/// `text` of `file` without them.
///
/// # Panics
/// When an entry is not there exactly once.
pub fn remove(file: &str, mut text: String) -> String {
    let absent = FUNCTIONS.iter().map(|(file, _, entries)| (file, entries));
    let replaced = REPLACED.iter().map(|(file, entries)| (file, entries));
    let entries = absent
        .chain(replaced)
        .filter(|(name, _)| **name == file)
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

/// A header for `ldebug.c` that lists the names that scripts lack, `{"table", "name"},` a line.
pub fn header() -> String {
    let functions = FUNCTIONS.iter().map(|(_, table, entries)| (table, entries));
    let libraries = ABSENT_LIBRARIES.iter().map(|(table, names)| (table, names));
    functions
        .chain(libraries)
        .flat_map(|(table, names)| names.iter().map(move |name| (table, name)))
        .map(|(table, name)| {
            let name = name.split_once(',').map_or(*name, |(name, _)| name);
            format!("{{\"{table}\", \"{name}\"}},\n")
        })
        .collect()
}
