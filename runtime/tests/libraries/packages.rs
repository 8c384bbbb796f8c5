//! The libraries, and what of them cannot work in a sandbox.

use pubwiki_lua_runtime::protocol::Dialect;

/// A library and the script that exercises it, `tests/libraries/NAME.lua`.
pub struct Library {
    pub name: &'static str,
    /// What `apt-get` calls it.
    pub package: &'static str,
    /// The modules' names or first parts.
    pub roots: &'static [&'static str],
    /// Folders of further modules, below /usr/share/doc.
    pub examples: &'static [&'static str],
    /// A folder of modules of a package that is unpacked, not installed, below `target/debian`.
    pub unpacked: Option<&'static str>,
    pub dialect: Dialect,
    /// The cases that fail in the sandbox by its nature, with the reason.
    pub excepted: &'static [(&'static str, &'static str)],
}

const fn library(
    name: &'static str,
    package: &'static str,
    roots: &'static [&'static str],
) -> Library {
    Library {
        name,
        package,
        roots,
        examples: &[],
        unpacked: None,
        dialect: Dialect::Lua54,
        excepted: &[],
    }
}

const NO_LFS: &str = "needs the files of LuaFileSystem, which is written in C";

/// Where MediaWiki's package has the libraries of its Lua modules.
const SCRIBUNTO: &str =
    "mediawiki/usr/share/mediawiki/extensions-core/Scribunto/includes/engines/LuaCommon/lualib";

pub const LIBRARIES: &[Library] = &[
    library("ansicolors", "lua-ansicolors", &["ansicolors"]),
    library("argparse", "lua-argparse", &["argparse"]),
    library("basexx", "lua-basexx", &["basexx"]),
    library("binaryheap", "lua-binaryheap", &["binaryheap"]),
    Library {
        excepted: &[("a configuration from a file", "there are no files")],
        ..library("cliargs", "lua-cliargs", &["cliargs"])
    },
    library("compat53", "lua-compat53", &["compat53"]),
    Library {
        dialect: Dialect::Lua51,
        excepted: &[("templates", "needs lpeg, which is written in C")],
        ..library("cosmo", "lua-cosmo", &["cosmo", "re"])
    },
    library("coxpcall", "lua-coxpcall", &["coxpcall"]),
    library("dkjson", "lua-dkjson", &["dkjson"]),
    Library {
        examples: &["lua-dkjson/examples"],
        ..library("dkjson-tests", "lua-dkjson", &["dkjson"])
    },
    library("fifo", "lua-fifo", &["fifo"]),
    Library {
        excepted: &[("from a file", "there are no files")],
        ..library("inifile", "lua-inifile", &["inifile"])
    },
    library("inspect", "lua-inspect", &["inspect"]),
    Library {
        excepted: &[
            ("builtin names", NO_LFS),
            ("tools", NO_LFS),
            ("markup", NO_LFS),
        ],
        ..library("ldoc", "lua-ldoc", &["ldoc", "pl"])
    },
    Library {
        dialect: Dialect::Lua51,
        excepted: &[("grammar", "needs lpeg, which is written in C")],
        ..library("leg", "lua-leg", &["leg"])
    },
    Library {
        dialect: Dialect::Lua51,
        ..library("lemock", "lua-lemock", &["lemock"])
    },
    library("luacheck", "lua-check", &["luacheck"]),
    library("luassert", "lua-luassert", &["luassert", "say"]),
    library("luaunit", "lua-unit", &["luaunit"]),
    Library {
        dialect: Dialect::Lua51,
        ..library("markdown", "lua-markdown", &["markdown"])
    },
    library("mediator", "lua-mediator", &["mediator"]),
    library("messagepack", "lua-messagepack", &["MessagePack"]),
    library("moses", "lua-moses", &["moses", "moses_min"]),
    Library {
        excepted: &[("path, dir, file, app", NO_LFS), ("test", NO_LFS)],
        ..library("penlight", "lua-penlight", &["pl"])
    },
    library("say", "lua-say", &["say"]),
    library("uri", "lua-uri", &["uri"]),
    Library {
        examples: &["lua-uri-dev/examples", "lua-uri-dev/examples/test"],
        dialect: Dialect::Lua51,
        excepted: &[(
            "all",
            "two tests format floats that are integers, which 5.4 prints with .0",
        )],
        ..library("uri-tests", "lua-uri-dev", &["uri"])
    },
    Library {
        dialect: Dialect::Lua51,
        unpacked: Some(SCRIBUNTO),
        ..library("ustring", "mediawiki", &["ustring", "bit32", "libraryUtil"])
    },
];
