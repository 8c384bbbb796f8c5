//! Lua 5.4.8 by its reference manual: each file of `tests/lua` is a script that asserts what
//! one section of the manual says.
//!
//! What the files assert is held against two things. They are derived from the manual, and all
//! but `sandbox.lua` pass in the stock `lua5.4` too, so that a mistake in a file does not make
//! a mistake in the sandbox look right:
//! `for file in tests/lua/[0-9h]*.lua; do lua5.4 $file; done`

use crate::support::Page;
use pubwiki_lua_runtime::protocol::{Dialect, Request, RunLimits, RunSpec};
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/lua")
}

/// Runs a file; its output is as in the `.out` next to it, or empty where there is none.
fn conforms(name: &str) {
    let path = folder().join(name);
    let code = std::fs::read_to_string(&path).expect("the file is there");
    let expected = std::fs::read_to_string(path.with_extension("out")).unwrap_or_default();
    let mut page = Page::open();
    let spec = RunSpec {
        script_id: Some("main".into()),
        code: code.into(),
        name: Some(name.to_owned()),
        args: Vec::new(),
        // A stack overflow takes seconds in a debug build alongside other tests.
        limits: RunLimits {
            cpu_ms: Some(60_000),
            timeout_ms: Some(60_000),
            ..RunLimits::default()
        },
        keep_alive: false,
        dialect: Dialect::Lua54,
    };
    page.session.receive(Request::Run { id: 1, spec });
    let ended = page.until_ended(|_, _| {});
    if let Err(error) = ended.result {
        panic!("{name}: {}\n{}", error.message, error.traceback);
    }
    assert_eq!(ended.output, expected, "{name} prints something else");
}

macro_rules! files {
    ($($test:ident: $file:literal,)*) => {
        $(
            #[test]
            fn $test() {
                conforms($file);
            }
        )*

        #[test]
        fn given_a_file_then_a_test_runs_it() {
            let mut there: Vec<String> = std::fs::read_dir(folder())
                .expect("the folder is there")
                .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
                .filter(|name| name.ends_with(".lua"))
                .collect();
            let mut run = vec![$($file),*];
            there.sort();
            run.sort_unstable();
            assert_eq!(run, there);
            let browser = folder().join("../browser/support/language.ts");
            let browser = std::fs::read_to_string(browser).expect("the browser's list is there");
            for name in there {
                assert!(browser.contains(&format!("['{name}', ")), "the browser runs {name}");
            }
        }
    };
}

files! {
    hot_calls: "hot-calls.lua",
    hot_loops: "hot-loops.lua",
    hot_tables: "hot-tables.lua",
    yields: "yields.lua",
    section_2_1_values: "2.1-values.lua",
    section_2_3_errors: "2.3-errors.lua",
    section_2_4_metatables: "2.4-metatables.lua",
    section_2_5_gc: "2.5-gc.lua",
    section_2_6_coroutines: "2.6-coroutines.lua",
    section_3_1_lexical: "3.1-lexical.lua",
    section_3_2_variables: "3.2-variables.lua",
    section_3_3_statements: "3.3-statements.lua",
    section_3_4_expressions: "3.4-expressions.lua",
    section_3_4_1_arithmetic: "3.4.1-arithmetic.lua",
    section_3_4_3_coercions: "3.4.3-coercions.lua",
    section_3_5_visibility: "3.5-visibility.lua",
    section_6_1_basic: "6.1-basic.lua",
    section_6_1_print: "6.1-print.lua",
    section_6_10_debug: "6.10-debug.lua",
    section_6_3_modules: "6.3-modules.lua",
    section_6_4_format: "6.4-format.lua",
    section_6_4_string: "6.4-string.lua",
    section_6_4_1_patterns: "6.4.1-patterns.lua",
    section_6_4_2_pack: "6.4.2-pack.lua",
    section_6_5_utf8: "6.5-utf8.lua",
    section_6_6_table: "6.6-table.lua",
    section_6_7_math: "6.7-math.lua",
    section_6_8_io: "6.8-io.lua",
    section_6_9_os: "6.9-os.lua",
    sandbox: "sandbox.lua",
}
