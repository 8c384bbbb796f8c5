//! The names of Lua 5.1.

use super::support::Page;
use pubwiki_lua_runtime::protocol::{Dialect, Request, RunLimits, RunSpec};

const SCRIPT: &str = include_str!("lua51.lua");
/// What Lua 5.1.5 prints of it.
const PRINTED: &str = include_str!("lua51.txt");

fn spec(code: &str, dialect: Dialect) -> RunSpec {
    RunSpec {
        script_id: Some("main".into()),
        code: code.into(),
        name: Some("t.lua".into()),
        args: Vec::new(),
        limits: RunLimits::default(),
        keep_alive: false,
        dialect,
    }
}

fn printed(code: &str, dialect: Dialect) -> String {
    let mut page = Page::open();
    let spec = spec(code, dialect);
    page.session.receive(Request::Run { id: 1, spec });
    let ended = page.until_ended(|_, _| {});
    ended.result.expect("it ends well");
    ended.output
}

#[test]
fn given_the_dialect_of_51_then_scripts_do_what_they_do_there() {
    assert_eq!(printed(SCRIPT, Dialect::Lua51), PRINTED);
}

#[test]
fn given_no_dialect_then_there_are_no_names_of_51() {
    let code = "print(unpack, loadstring, setfenv, getfenv, module, table.getn, string.gfind, package.seeall, newproxy)";
    let nothing = ["nil"; 9].join("\t") + "\n";
    assert_eq!(printed(code, Dialect::Lua54), nothing);
}
