//! The benchmarks' programs: each computes what it computes in native Lua.

use crate::support::Page;
use pubwiki_lua_runtime::protocol::{Dialect, Request, RunLimits, RunSpec};
use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/bench/programs");

/// All of them; each returns a function that computes.
fn programs() -> Vec<PathBuf> {
    let mut programs: Vec<_> = Path::new(FOLDER)
        .read_dir()
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    programs.sort();
    programs
}

fn native(program: &Path) -> String {
    let output = Command::new("lua5.4")
        .env_remove("LUA_INIT")
        .arg("-e")
        .arg(format!("print(dofile([[{}]])())", program.display()))
        .output()
        .expect("lua5.4 is there: `cargo xtask test` brings it");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "native Lua: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn ours(program: &Path) -> String {
    let source = std::fs::read(program).expect("the program can be read");
    let mut page = Page::open();
    let spec = RunSpec {
        script_id: Some("main".into()),
        code: [b"print((function(...) ", source.as_slice(), b"\nend)()())"].concat(),
        name: None,
        args: Vec::new(),
        limits: RunLimits {
            timeout_ms: Some(120_000),
            ..RunLimits::default()
        },
        keep_alive: false,
        dialect: Dialect::Lua54,
    };
    page.session.receive(Request::Run { id: 1, spec });
    let ended = page.until_ended(|_, _| {});
    match ended.result {
        Ok(_) => ended.output,
        Err(error) => error.to_string(),
    }
}

#[test]
fn given_the_benchmarks_programs_then_they_compute_what_native_lua_does() {
    let programs = programs();
    assert!(
        programs.len() >= 28,
        "there are {} programs",
        programs.len()
    );
    let wrong: Vec<_> = std::thread::scope(|scope| {
        let natives: Vec<_> = programs
            .iter()
            .map(|program| scope.spawn(|| native(program)))
            .collect();
        let ours: Vec<_> = programs.iter().map(|program| ours(program)).collect();
        programs
            .iter()
            .zip(natives)
            .zip(ours)
            .map(|((program, native), ours)| {
                (program, native.join().expect("native Lua runs it"), ours)
            })
            .filter(|(_, native, ours)| native != ours)
            .collect()
    });
    assert!(
        wrong.is_empty(),
        "program, native Lua's result, ours: {wrong:#?}"
    );
}
